import { t } from '../i18n/watch/index.ts';
import { copy } from './copy.ts';
import { toast } from './toast.svelte.ts';

/** The system's share sheet where there is one, else the link on the clipboard, else the link to read. */
export async function share(title: string, path: string): Promise<void> {
  const url = new URL(path, location.origin).href;
  if (!navigator.share) return toast((await copy(url)) ? t('shareCopied') : url);
  try {
    await navigator.share({ title, url });
  } catch (error) {
    // Closing the share sheet is not an error.
    if ((error as DOMException).name !== 'AbortError') toast(url);
  }
}

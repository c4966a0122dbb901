import { t } from '../i18n/watch/index.ts';
import { toast } from './toast.svelte.ts';

/** The system's share sheet where there is one, else the link on the clipboard. */
export async function share(title: string, path: string): Promise<void> {
  const url = new URL(path, location.origin).href;
  try {
    if (navigator.share) await navigator.share({ title, url });
    else {
      await navigator.clipboard.writeText(url);
      toast(t('shareCopied'));
    }
  } catch (error) {
    // Closing the share sheet is not an error; a forbidden clipboard still shows the link.
    if ((error as DOMException).name !== 'AbortError') toast(url);
  }
}

import { asAnother } from '../../api/live.ts';
import { Problem, problemOf } from '../../api/problem.ts';
import type { Wire } from '../../api/types.ts';
import { api, session, viewer } from '../../api/viewer.ts';
import { claim } from '../../device/bridge.ts';
import { locale } from '../../i18n/locale.svelte.ts';

/** What a viewer was told and what they allow. */
export type Privacy = Wire['ConsentWirePrivacy'];
export type Choice = Wire['ConsentWireChoice'];
export type LegalText = Wire['TextResponse'];
export type Matter = LegalText['matter'];

let reorder = () => {};
/** Says what to do when the feed has to be asked for anew. */
export function whenReordered(how: () => void): void {
  reorder = how;
}

export const privacy = {
  read: () => api.get<Privacy>('/me/privacy'),
  /** Gives or takes back consents, and says which texts were shown; what is absent stays. */
  say: async (word: Wire['SetMyPrivacyRequest']) => {
    const now = await api.put<Privacy>('/me/privacy', { body: word });
    if (word.personalised) reorder();
    return now;
  },
  text: (matter: Matter, version: string | null) => api.get<LegalText>(`/texts/${matter}`, { query: { version } }),
  clearHistory: async () => {
    await viewer.clearHistory();
    reorder();
  },
  /** Forgets the account; the next call is a new viewer's. */
  erase: () =>
    asAnother(() => api.post<unknown>('/me/erase', { body: { confirm: 'erase' } satisfies Wire['EraseMeRequest'] })),
};

/** Saves everything that is kept as a file. */
export async function download(): Promise<void> {
  await session();
  const headers = { ...claim(), 'accept-language': locale() };
  const response = await fetch('/api/v1/me/export', { headers }).catch(() => {
    throw new Problem(0, '', '');
  });
  if (!response.ok) throw await problemOf(response);
  const url = URL.createObjectURL(await response.blob());
  const link = document.createElement('a');
  link.href = url;
  link.download = 'cliffhanger-export.zip';
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000); // The browser reads it a little later.
}

/** The day from which a version of a text holds, as a moment. */
export const holdsFrom = (version: string) => `${version}T00:00:00Z`;

import type { Profile, Wire } from '../../api/types.ts';
import { api } from '../../api/viewer.ts';
import { t } from '../../i18n/account/index.ts';
import { type Locale, locales, setLocale } from '../../i18n/locale.svelte.ts';
import { become } from './become.ts';

const at = (id: string) => `/profiles/${encodeURIComponent(id)}`;

/** As many as an account may have. */
export const most = 6;
export const colours: Profile['colour'][] = ['violet', 'rose', 'amber', 'green', 'teal', 'blue'];

/** What the people of an account are called; the first has no name until one is given. */
export const nameOf = (profile: Pick<Profile, 'name'>) => profile.name || t('viewer');

export const profiles = {
  add: (body: Wire['AddProfileRequest']) => api.post<Profile>('/profiles', { body }),
  amend: (id: string, body: Wire['AmendProfileRequest']) => api.patch<Profile>(at(id), { body }),
  remove: (id: string) => api.delete<void>(at(id)),
  /** Guards the profile that runs here; an empty PIN is none. */
  guard: (id: string, body: Wire['SetProfilePinRequest']) => api.put<void>(`${at(id)}/pin`, { body }),
  /** Lets this device run another profile: nothing of the one before stays, and the app speaks their language. */
  choose: async (id: string, pin?: string) => {
    const body: Wire['ChooseProfileRequest'] = { pin };
    const profile = await become(() => api.post<Profile>(`${at(id)}/choose`, { body }));
    if (locales.some((l) => l.locale === profile.locale)) setLocale(profile.locale as Locale);
    return profile;
  },
};

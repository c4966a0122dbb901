import type { IconName } from '../icons.ts';

/** The picture of a device. */
export function deviceIcon(form: string): IconName {
  return form === 'tv' || form === 'tablet' || form === 'desktop' ? form : 'phone';
}

import type { zh } from './zh-CN.ts';

export const en: Record<keyof typeof zh, string> = {
  whoWatches: 'Who is watching',
  viewer: 'Viewer',
  pin: 'PIN',
  pinDigits: '{n} {n|digit|digits} entered',
  pinErase: 'Delete a digit',
  pinDone: 'Done',
};

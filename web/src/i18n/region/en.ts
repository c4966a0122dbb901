import type { zh } from './zh-CN.ts';

export const en: Record<keyof typeof zh, string> = {
  title: 'Country and rules',
  here: 'The rules of {country} hold here',
  home: 'The rules of this house hold here',
  why: 'Which dramas you can watch, how minors’ mode limits time and what you are asked first depend on the country you are in. It is decided once for each sign-in; a journey does not change it.',
  by: 'Decided by {what}',
  device: 'where the device was sold',
  payment: 'the country of your means of payment',
  proxy: 'the country of your network',
  setting: 'what you say yourself',
  node: 'Where you are is not known yet.',
  since: 'since {when}',
  mine: 'The country I am in',
  none: 'I do not say',
  mineDetail: 'Counts only where nothing more reliable is known.',
  kept: 'For this device it is decided already; another country counts from your next sign-in.',
  locked: 'In minors’ mode this cannot be changed. A guardian can, in a profile of their own.',
};

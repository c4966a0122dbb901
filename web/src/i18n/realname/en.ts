import type { zh } from './zh-CN.ts';

export const en: Record<keyof typeof zh, string> = {
  title: 'Real name',
  why: 'Whether a name and an identity number belong together is checked to know your age, and for nothing else.',
  name: 'Name on the identity card',
  number: 'Identity number',
  numberRule: '18 characters; the last may be an X',
  wrong: 'One character of this number is wrong. Check it against the card.',
  consent: 'I agree that name and number are sent to the verification service, for this check alone.',
  kept: 'Neither is kept here: only the result, the month of birth and a digest from which nobody gets the number back.',
  minor: 'Where the law asks for it, the profile of a minor is then in minors’ mode until they are grown up.',
  send: 'Verify',
  triesLeft: '{n} {n|try|tries} left today',
  verified: 'Verified',
  expired: 'The verification has expired: renew it',
  grown: 'Grown up',
  band: 'Age {band}',
  at: 'Verified on {when}',
  renew: 'Holds until {when}',
  inMode: 'This cannot be done in minors’ mode. A guardian ends it first.',
  off: 'Names are not verified here.',
};

import { expect, test } from 'vitest';
import { addressOf } from './forgotten.ts';

test('what is typed with an @ is an e-mail address, in full width too, and else a phone number', () => {
  expect(addressOf(' mei@example.com ')).toEqual({ channel: 'email', to: 'mei@example.com' });
  expect(addressOf('mei＠example.com').channel).toBe('email');
  expect(addressOf('+86 138 0013 8000')).toEqual({ channel: 'phone', to: '+86 138 0013 8000' });
});

/** Letters and digits of a link code: no I, L, O, U, so that nothing is mistaken for 1 or 0. */
const alphabet = /[^0-9A-HJKMNP-TV-Z]/g;

/** The length of a link code. */
export const codeLength = 8;

/** What a person typed as a code: capitals, look-alikes read as what they look like, the rest left out. */
export function normalise(typed: string): string {
  return typed.toUpperCase().replace(/O/g, '0').replace(/[IL]/g, '1').replace(alphabet, '').slice(0, codeLength);
}

import type { Wire } from '../../api/types.ts';
import { api } from '../../api/viewer.ts';

export type RealName = Wire['RealnameStatusOut'];

export const realName = {
  read: () => api.get<RealName>('/real-name'),
  verify: (body: Wire['VerifyRealNameRequest']) => api.post<RealName>('/real-name', { body }),
};

const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/** Whether the check digit of an identity number fits (GB 11643): a slip of the finger costs no try. */
export function fits(typed: string): boolean {
  const number = typed.replace(/\s/g, '').toUpperCase();
  if (!/^\d{17}[\dX]$/.test(number)) return false;
  const sum = weights.reduce((all, weight, i) => all + weight * Number(number[i]), 0);
  return number[17] === '10X98765432'[sum % 11];
}

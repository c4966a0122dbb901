import { expect, it } from 'vitest';
import { normalise } from './code.ts';

it.each([
  ['7k3m-9q2x', '7K3M9Q2X'],
  ['oil 1', '0111'],
  ['7K3M9Q2X99', '7K3M9Q2X'],
  ['你好<script>', 'SCR1PT'],
  ['', ''],
])('%s', (typed, code) => expect(normalise(typed)).toBe(code));

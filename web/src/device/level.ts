import { told } from './bridge.ts';

/** How bright the room lets the screen be, 0 to 100; 100 where nobody says. */
export function level(): number {
  const said = told('level');
  const number = said === '' ? Number.NaN : Number(said);
  return number >= 0 && number <= 100 ? number : 100;
}

/** Two letters for a name of two words, else its first two characters; the last two of a Chinese name. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const first = words[0] ?? '';
  if (words.length > 1)
    return ([...first][0] ?? '').concat([...(words[words.length - 1] ?? '')][0] ?? '').toUpperCase();
  const letters = [...first];
  return (/\p{Script=Han}/u.test(first) ? letters.slice(-2) : letters.slice(0, 2)).join('').toUpperCase();
}

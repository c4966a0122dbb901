/** A random name nobody else has. Not crypto.randomUUID, which neither plain HTTP nor Chrome before 92 has. */
export function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, '0')).join('');
}

/** Larger files are left to the checks of the connection: the browser hashes only what is in memory. */
const most = 500_000_000;

/** SHA-256 of a file in hexadecimal, or null where it is not worth the memory. */
export async function checksum(file: Blob): Promise<string | null> {
  if (file.size > most || !globalThis.crypto?.subtle) return null;
  const digest = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

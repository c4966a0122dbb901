import { afterEach, describe, expect, it, vi } from 'vitest';
import { copy } from './copy.ts';

/** A page that copies by selection, as far as `copy` looks at it. */
function page(execCommand: () => boolean) {
  const fields: { value: string }[] = [];
  vi.stubGlobal('document', {
    activeElement: null,
    body: { append: (field: { value: string }) => fields.push(field) },
    createElement: () => ({ value: '', style: {}, select() {}, remove() {} }),
    execCommand,
  });
  return fields;
}

describe('copy', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('copies what is selected over plain HTTP, which has no clipboard', async () => {
    vi.stubGlobal('navigator', {});
    const fields = page(() => true);
    expect(await copy('http://192.168.1.7:8080/d/1')).toBe(true);
    expect(fields.map((f) => f.value)).toEqual(['http://192.168.1.7:8080/d/1']);
  });

  it('says so when nothing could be copied', async () => {
    vi.stubGlobal('navigator', { clipboard: { writeText: () => Promise.reject(new Error('forbidden')) } });
    page(() => false);
    expect(await copy('x')).toBe(false);
  });
});

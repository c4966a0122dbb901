import { afterEach, describe, expect, it, vi } from 'vitest';
import { claim, told } from './bridge.ts';
import { faceOf } from './face.ts';
import { level } from './level.ts';

const nothing = { asked: null, kept: null, shell: '', agent: '' };
const phone = 'Mozilla/5.0 (Linux; Android 15; 24129PN74C) AppleWebKit/537.36 Chrome/130.0.0.0 Mobile Safari/537.36';

describe('the face', () => {
  it.each([
    ['Mozilla/5.0 (Linux; Android 11; MiTV-AXSO0 Build/RTT) AppleWebKit/537.36 Chrome/90.0.4430.91', 'tv'],
    ['Mozilla/5.0 (Linux; Android 12; Android TV) AppleWebKit/537.36 Chrome/96.0', 'tv'],
    ['Mozilla/5.0 (SMART-TV; LINUX; Tizen 6.0) AppleWebKit/537.36 Version/6.0 TV Safari/537.36', 'tv'],
    ['Mozilla/5.0 (Web0S; Linux/SmartTV) AppleWebKit/537.36 Chrome/94.0 Safari/537.36', 'tv'],
    ['Mozilla/5.0 (Linux; Android 9; MIBOX4) AppleWebKit/537.36 Chrome/90.0', 'tv'],
    ['Mozilla/5.0 (Linux; Android 9; AFTMM) AppleWebKit/537.36 Chrome/90.0', 'tv'],
    [phone, 'touch'],
    ['Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/130.0.0.0 Safari/537.36', 'touch'],
    ['', 'touch'],
  ])('of %s is %s', (agent, expected) => expect(faceOf({ ...nothing, agent })).toBe(expected));

  it('is what the address says, else what it said before, else what the shell says', () => {
    expect(faceOf({ ...nothing, asked: 'touch', kept: 'tv', shell: 'tv', agent: 'Android TV' })).toBe('touch');
    expect(faceOf({ ...nothing, kept: 'tv', shell: 'touch', agent: phone })).toBe('tv');
    expect(faceOf({ ...nothing, shell: 'tv', agent: phone })).toBe('tv');
    expect(faceOf({ ...nothing, asked: 'fridge', shell: '', agent: phone })).toBe('touch');
  });
});

describe('the shell', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('is asked, and may be missing, silent or broken', () => {
    expect(told('region')).toBe('');
    vi.stubGlobal('window', { CliffhangerDevice: { region: () => ' CN ' } });
    expect([told('region'), told('name')]).toEqual(['CN', '']);
    const broken = { region: () => 7, name: () => { throw new Error('gone'); } }; // biome-ignore format: one broken shell
    vi.stubGlobal('window', { CliffhangerDevice: broken });
    expect([told('region'), told('name')]).toEqual(['', '']);
  });

  it('claims a minor in a header, which nothing but one word can be', () => {
    expect(claim()).toEqual({});
    vi.stubGlobal('window', { CliffhangerDevice: { minor: () => 'eyJhbGciOi.x_-9' } });
    expect(claim()).toEqual({ 'x-device-minor': 'eyJhbGciOi.x_-9' });
    vi.stubGlobal('window', { CliffhangerDevice: { minor: () => 'two\nlines' } });
    expect(claim()).toEqual({});
  });

  it('says how bright the screen may be, and nonsense is as if it said nothing', () => {
    const said = (answer: unknown) => {
      vi.stubGlobal('window', { CliffhangerDevice: { level: () => answer } });
      return level();
    };
    expect(level()).toBe(100);
    expect(['0', '35', '100', '101', '-1', 'dark', '', 35].map(said)).toEqual([0, 35, 100, 100, 100, 100, 100, 100]);
  });
});

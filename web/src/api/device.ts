import { told } from '../device/bridge.ts';
import { face } from '../device/face.ts';
import type { Wire } from './types.ts';

/** What this device can play and show, told once when the session opens. */
export type DeviceInfo = Required<Wire['AccountWireDevice']>;

const codecs: Record<string, string> = {
  h264: 'video/mp4; codecs="avc1.640028"',
  hevc: 'video/mp4; codecs="hvc1.1.6.L120.90"',
  av1: 'video/mp4; codecs="av01.0.08M.08"',
  vp9: 'video/mp4; codecs="vp09.00.40.08"',
  aac: 'audio/mp4; codecs="mp4a.40.2"',
  opus: 'audio/mp4; codecs="opus"',
};

export function deviceInfo(): DeviceInfo {
  const supports = (type: string) =>
    globalThis.MediaSource?.isTypeSupported?.(type) ?? document.createElement('video').canPlayType(type) !== '';
  const { width, height } = screen;
  const ratio = devicePixelRatio || 1;
  const form = face === 'tv' ? 'tv' : formOf(Math.min(width, height), matchMedia('(pointer: coarse)').matches);
  const model = modelOf(navigator.userAgent);
  return {
    name: told('name') || model,
    model,
    form,
    codecs: Object.keys(codecs).filter((name) => supports(codecs[name] ?? '')),
    hdr: matchMedia('(dynamic-range: high)').matches,
    width: Math.round(width * ratio),
    height: Math.round(height * ratio),
  };
}

/** By the short side in CSS pixels and the kind of pointer. */
export function formOf(shortSide: number, touch: boolean): DeviceInfo['form'] {
  if (!touch) return 'desktop';
  return shortSide < 600 ? 'phone' : 'tablet';
}

/** A name people recognise: the model on Android, else the system and the browser. */
export function modelOf(agent: string): string {
  const android = /Android [\d.]+; ([^;)]+)/.exec(agent)?.[1]?.trim();
  if (android && android !== 'K') return android;
  // In the order that tells most: an Android also says Linux, Edge also says Chrome and Safari.
  const first = (words: [says: string, name: string][]) => words.find(([says]) => agent.includes(says))?.[1];
  const system = first([
    ['iPhone', 'iPhone'],
    ['iPad', 'iPad'],
    ['Android', 'Android'],
    ['Windows', 'Windows'],
    ['Mac OS X', 'Mac'],
    ['CrOS', 'ChromeOS'],
    ['Linux', 'Linux'],
  ]);
  const browser = first([
    ['Edg', 'Edge'],
    ['Firefox', 'Firefox'],
    ['Chrome', 'Chrome'],
    ['Safari', 'Safari'],
  ]);
  return [system, browser].filter(Boolean).join(' · ') || 'Browser';
}

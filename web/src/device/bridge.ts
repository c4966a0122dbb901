/**
 * What the program around the page can put in as `window.CliffhangerDevice` (docs/device-shell.md). Every function may
 * be missing, and each answers with text, because that is all some web views can pass.
 */
export interface DeviceShell {
  /** Which face suits the screen: "tv", or "touch". */
  face?(): string;
  /** What its owner calls the device. */
  name?(): string;
  /** The country it is set to, two letters of ISO 3166-1. */
  region?(): string;
  /** The device system's signed claim that a minor uses it; "" where it makes none. */
  minor?(): string;
  /** What is known on the device of the age of who uses it, as a signed statement; "" where nothing is. */
  age?(): string;
  /** How bright the room lets the screen be, "0" to "100". */
  level?(): string;
  /** Back was pressed where there is nothing to go back to. */
  leave?(): void;
}

/** What the page gives the shell, as `window.Cliffhanger`. */
export interface Page {
  /** The back key of the device; answers whether the page had something to go back to. */
  back(): boolean;
  /** Something that the shell's functions answer has changed. */
  changed(): void;
}

declare global {
  interface Window {
    CliffhangerDevice?: DeviceShell;
    Cliffhanger?: Page;
  }
}

/** What a function of the shell answers; "" without a shell, without the function, or when it fails. */
export function told(what: 'face' | 'name' | 'region' | 'minor' | 'age' | 'level'): string {
  try {
    const answer: unknown = globalThis.window?.CliffhangerDevice?.[what]?.();
    return typeof answer === 'string' ? answer.trim() : '';
  } catch {
    return ''; // A shell that fails must not take the page with it.
  }
}

/** The header that carries the device system's claim; none where it makes none. */
export function claim(): Record<string, string> {
  const minor = told('minor');
  return /^[\x21-\x7e]+$/.test(minor) ? { 'x-device-minor': minor } : {};
}

/** What a person chose for playback on this device. */
interface Preferences {
  saver: boolean;
  /** A language, '' for none, null for what suits the interface. */
  subtitles: string | null;
  speed: number;
}

const key = 'cliffhanger.playback';
const speeds = [0.75, 1, 1.25, 1.5, 2];

function read(): Preferences {
  const standard: Preferences = { saver: false, subtitles: null, speed: 1 };
  try {
    return { ...standard, ...JSON.parse(localStorage.getItem(key) ?? '{}') };
  } catch {
    return standard;
  }
}

export const preferences = $state<Preferences>(read());
export { speeds };

export function prefer(change: Partial<Preferences>): void {
  Object.assign(preferences, change);
  try {
    localStorage.setItem(key, JSON.stringify(preferences));
  } catch {
    // Chosen for as long as the page lives.
  }
}

/** True when the person or the browser asks to save data. */
export function savesData(): boolean {
  const connection = (navigator as { connection?: { saveData?: boolean } }).connection;
  return preferences.saver || connection?.saveData === true;
}

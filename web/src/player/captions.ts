import type { Subtitle } from '../api/types.ts';

/** One subtitle track of a video, read by the browser and handed out line by line; the page draws it. */
export class Captions {
  #element: HTMLTrackElement | null = null;

  constructor(
    private readonly video: HTMLVideoElement,
    private readonly onlines: (lines: string[]) => void,
  ) {}

  /** Shows a track, or none. */
  choose(track: Subtitle | null): void {
    const now = this.#element;
    if (track && now?.srclang === track.lang && now.getAttribute('src') === track.url) return;
    this.#element?.remove();
    this.#element = null;
    this.onlines([]);
    if (!track) return;
    const element = document.createElement('track');
    element.kind = 'subtitles';
    element.srclang = track.lang;
    element.label = track.label;
    element.src = track.url;
    this.video.append(element);
    // Hidden: cues are timed but not drawn by the browser.
    element.track.mode = 'hidden';
    element.track.addEventListener('cuechange', () => {
      if (this.#element === element) this.onlines(linesOf(element.track.activeCues));
    });
    this.#element = element;
  }
}

function linesOf(cues: TextTrackCueList | null): string[] {
  return Array.from(cues ?? [])
    .flatMap((cue) => plain((cue as VTTCue).text).split('\n'))
    .map((line) => line.trim())
    .filter(Boolean)
    .slice(0, 2);
}

/** The words of a WebVTT cue without its markup. */
export function plain(cue: string): string {
  const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', nbsp: ' ', lrm: '', rlm: '' };
  return cue.replace(/<[^>]*>/g, '').replace(/&(\w+);/g, (whole, name: string) => entities[name] ?? whole);
}

import { type HlsConstructor, loadHls, workerPath } from './hls.ts';

/** Where a video is, for a few minutes. */
export interface Address {
  hls: string;
  expires_at: string;
}

const refused = [401, 403, 410];

/** A video of the console, whose addresses live for a few minutes only: it goes on with another where it is to be. */
export class Linked {
  #hls: InstanceType<HlsConstructor> | undefined;
  #expires = 0;
  #opening = false;
  #gone = false;
  /** A new address was taken and has not shown a picture yet. */
  #renewed = false;

  /** `wrong` is told of what went wrong, and null once it is tried anew. */
  constructor(
    readonly video: HTMLVideoElement,
    private readonly take: () => Promise<Address>,
    private readonly wrong: (error: unknown) => void,
  ) {
    video.addEventListener('play', () => Date.now() >= this.#expires && void this.open());
    video.addEventListener('loadeddata', () => {
      this.#renewed = false;
    });
    video.addEventListener('error', () => this.#hls || this.#lost());
  }

  async open(at = this.video.currentTime, play = !this.video.paused): Promise<void> {
    if (this.#opening) return;
    this.#opening = true;
    this.wrong(null);
    try {
      const [address, Hls] = await Promise.all([this.take(), loadHls()]);
      if (this.#gone) return;
      this.#expires = Date.parse(address.expires_at);
      if (Hls.isSupported()) this.#load(Hls, address.hls, at);
      else {
        this.video.src = address.hls;
        this.video.addEventListener('loadedmetadata', () => (this.video.currentTime = at), { once: true });
      }
      if (play) this.video.play().catch(() => undefined); // as when it was stopped meanwhile
    } catch (error) {
      if (!this.#gone) this.wrong(error);
    } finally {
      this.#opening = false;
    }
  }

  /** To a place, in seconds. */
  seek(at: number): void {
    if (Date.now() < this.#expires) this.video.currentTime = at;
    else void this.open(at);
  }

  destroy(): void {
    this.#gone = true;
    this.#hls?.destroy();
  }

  #load(Hls: HlsConstructor, address: string, at: number): void {
    this.#hls?.destroy();
    const hls = new Hls({ workerPath, maxBufferLength: 10, startPosition: at });
    hls.on(Hls.Events.ERROR, (_, { fatal, response }) => {
      if (fatal || refused.includes(response?.code ?? 0)) this.#lost();
    });
    hls.loadSource(address);
    hls.attachMedia(this.video);
    this.#hls = hls;
  }

  /** The address has run out, or the video cannot be had: once a new one is tried. */
  #lost(): void {
    if (this.#opening) return; // what is under way ends with the old address
    this.#hls?.stopLoad();
    if (!this.#renewed) {
      this.#renewed = true;
      void this.open();
    } else this.wrong(new Error('the video cannot be played'));
  }
}

import { DetailedError, type HttpResponse, Upload } from 'tus-js-client';
import { mediaApi, type OpenUpload, uploadsUrl } from '$/api/console.ts';
import { Problem, problemOf } from '$/api/problem.ts';
import { renewal } from '$/api/renewal.ts';
import { checksum } from './checksum.ts';
import type { SendState } from './progress.ts';

const atOnce = 2;
const chunkBytes = 8 << 20;
/** How long to wait for a connection that is lost before the next try; the last one again and again. */
const tryAgainMs = [1000, 2000, 4000, 8000];
/** Answers that a later try may not get: the offset moved, the upload is still held by a connection that broke. */
const passing = new Set([0, 409, 423]);
/** The server no longer has the upload. */
const gone = new Set([404, 410]);

/** Whom a file is for. */
export interface Purpose {
  drama: string;
  organisation: string;
  episode: number;
}

/** One file on its way to one episode. It outlives the page it was dropped on. */
export class Sent {
  readonly key: string;
  readonly name: string;
  readonly size: number;
  readonly purpose: Purpose;
  state = $state<SendState>('waiting');
  bytes = $state(0);
  /** Bytes a second, over the last moments. */
  pace = $state(0);
  /** Why it failed; whoever shows it says it in the reader's language. */
  error = $state.raw<unknown>(null);
  asset = $state('');
  #file: File | undefined;
  #url: string | undefined;
  #upload: Upload | undefined;
  #marks: { at: number; bytes: number }[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #lost = 0;

  constructor(
    name: string,
    size: number,
    purpose: Purpose,
    private readonly moved: () => void,
    file?: File,
    open?: OpenUpload,
  ) {
    this.key = `${purpose.drama}/${purpose.episode}/${name}/${size}`;
    this.name = name;
    this.size = size;
    this.purpose = purpose;
    this.#file = file;
    this.#url = open?.url;
    this.bytes = open?.received ?? 0;
    if (!file) this.state = 'lost';
  }

  get url(): string | undefined {
    return this.#url;
  }

  /** The same file, picked again after the page was closed. */
  adopt(file: File): void {
    this.#file = file;
    this.state = 'waiting';
  }

  get working(): boolean {
    return (
      this.state === 'hashing' ||
      this.state === 'sending' ||
      this.state === 'offline' ||
      this.state === 'held' ||
      this.state === 'attaching'
    );
  }

  get pausable(): boolean {
    return pausable.has(this.state);
  }

  async start(): Promise<void> {
    const file = this.#file;
    if (!file) return;
    clearTimeout(this.#timer);
    this.error = null;
    this.state = 'hashing';
    // A file that already has bytes there was told its sum when it began.
    const sum = this.#url ? null : await checksum(file).catch(() => null);
    if (this.state !== 'hashing') return;
    this.state = 'sending';
    this.#marks = [];
    this.#upload ??= this.#make(file, sum);
    if (!this.#url) {
      const before = await this.#upload.findPreviousUploads().catch(() => []);
      const last = before[before.length - 1];
      if (last) {
        this.#upload.resumeFromPreviousUpload(last);
        this.#begun(last.uploadUrl ?? undefined);
      }
    }
    if ((this.state as SendState) === 'sending') this.#upload.start();
  }

  pause(): void {
    if (!this.pausable) return;
    clearTimeout(this.#timer);
    this.state = 'paused';
    this.pace = 0;
    this.#upload?.abort().catch(() => undefined);
    this.moved();
  }

  /** Back in the line. */
  again(): void {
    if (this.state === 'paused' || this.state === 'failed' || this.state === 'offline' || this.state === 'held') {
      clearTimeout(this.#timer);
      this.state = this.asset ? 'attaching' : 'waiting';
      if (this.asset) this.#attach();
      this.moved();
    }
  }

  /** Gives the upload up, here and on the server. */
  async drop(): Promise<void> {
    clearTimeout(this.#timer);
    this.state = 'paused';
    await this.#upload?.abort().catch(() => undefined);
    const url = this.#upload?.url ?? this.#url;
    if (url) await Upload.terminate(url, { retryDelays: [0, 1000] }).catch(() => undefined);
    this.moved();
  }

  #make(file: File, sum: string | null): Upload {
    const { drama, organisation, episode } = this.purpose;
    return new Upload(file, {
      // Without it the client cannot take a refusal while it resumes for a reason to begin at the first byte again.
      endpoint: this.#url ? null : uploadsUrl,
      uploadUrl: this.#url,
      chunkSize: chunkBytes,
      retryDelays: null,
      removeFingerprintOnSuccess: true,
      fingerprint: async () => `cliffhanger/${this.key}/${file.lastModified}`,
      metadata: {
        filename: file.name,
        drama_id: drama,
        episode_number: String(episode),
        organisation_id: organisation,
        ...(sum ? { sha256: sum } : {}),
      },
      onUploadUrlAvailable: () => this.#begun(this.#upload?.url ?? undefined),
      onProgress: (sent) => this.#progress(sent),
      onSuccess: () => this.#arrived(),
      onError: (error) => this.#failed(error),
    });
  }

  #progress(sent: number): void {
    this.bytes = sent;
    this.#lost = 0;
    const now = performance.now();
    this.#marks = [...this.#marks.filter((m) => now - m.at < 5000), { at: now, bytes: sent }];
    const first = this.#marks[0];
    if (first && now - first.at > 500) this.pace = Math.max(0, ((sent - first.bytes) * 1000) / (now - first.at));
  }

  /** The server has it: from here on it is only ever resumed. */
  #begun(url: string | undefined): void {
    this.#url = url;
    if (url && this.#upload) this.#upload.options.endpoint = null;
  }

  async #failed(error: Error | DetailedError): Promise<void> {
    this.pace = 0;
    const answer = error instanceof DetailedError ? error.originalResponse : null;
    const status = answer?.getStatus() ?? 0;
    if (this.#url && gone.has(status)) {
      this.#url = this.#upload = undefined;
      this.bytes = 0;
      this.#later('offline');
    } else if (status >= 500 || passing.has(status)) {
      // No network, or a server that is away or has no room just now: go on by itself.
      const said = answer && (await problemIn(answer));
      this.#later(said?.code ? 'held' : 'offline');
      if (said?.code) this.error = said;
    } else if (answer) {
      this.state = 'failed';
      this.moved();
      this.error = await problemIn(answer);
      if (status === 401 && (await renewal.ask())) this.again();
    }
  }

  #later(state: 'offline' | 'held'): void {
    this.state = state;
    this.#timer = setTimeout(() => this.again(), tryAgainMs[Math.min(this.#lost++, tryAgainMs.length - 1)]);
  }

  async #arrived(): Promise<void> {
    this.bytes = this.size;
    this.pace = 0;
    this.state = 'attaching';
    this.#attach();
  }

  /** Waits until the server has checked every byte; it joins the master to its episode by itself. */
  async #attach(): Promise<void> {
    try {
      if (!this.asset) this.asset = await assetOf(this.#upload?.url ?? this.#url ?? '');
      uploads.settled(this);
    } catch (error) {
      this.state = 'failed';
      this.error = error;
      this.moved();
    }
  }
}

const pausable = new Set<SendState>(['waiting', 'hashing', 'sending', 'offline', 'held']);

function problemIn(answer: HttpResponse): Promise<Problem> {
  return problemOf(new Response(answer.getBody(), { status: answer.getStatus() }));
}

/** The master an upload has become; the server answers it once every byte is checked. */
async function assetOf(url: string): Promise<string> {
  for (let wait = 250; ; wait *= 2) {
    const response = await fetch(url, { method: 'HEAD', headers: { 'tus-resumable': '1.0.0' } }).catch(() => null);
    const asset = response?.headers.get('upload-asset');
    if (asset) return asset;
    if (wait > 30_000) throw new Problem(response?.status ?? 0, '', '');
    await new Promise((done) => setTimeout(done, wait));
  }
}

class Uploads {
  items = $state.raw<Sent[]>([]);
  #done = new Set<(item: Sent) => void>();

  constructor() {
    globalThis.addEventListener?.('online', () => {
      for (const item of this.items) if (item.state === 'offline' || item.state === 'held') item.again();
    });
    globalThis.addEventListener?.('beforeunload', (event) => {
      if (this.items.some((i) => i.working || i.state === 'waiting')) event.preventDefault();
    });
  }

  of(drama: string): Sent[] {
    return this.items.filter((i) => i.purpose.drama === drama);
  }

  /** What the server still waits for from an earlier visit. */
  async recall(drama: string, organisation: string): Promise<void> {
    const { items } = await mediaApi.openUploads();
    const known = new Set(this.items.map((i) => i.url));
    const fresh = items
      .filter((u) => u.drama_id === drama && !known.has(u.url))
      .map(
        (u) =>
          new Sent(
            u.filename,
            u.size,
            { drama, organisation, episode: u.episode_number ?? 0 },
            this.#pump,
            undefined,
            u,
          ),
      )
      .filter((s) => !this.items.some((i) => i.key === s.key));
    this.items = [...this.items, ...fresh];
  }

  /** Takes a file: one that was begun before goes on, another one lines up. */
  add(file: File, purpose: Purpose): void {
    const begun = this.items.find(
      (i) => i.purpose.drama === purpose.drama && i.name === file.name && i.size === file.size && i.state === 'lost',
    );
    if (begun) begun.adopt(file);
    else {
      const item = new Sent(file.name, file.size, purpose, this.#pump, file);
      this.items = [...this.items.filter((i) => i.key !== item.key || i.working), item];
    }
    this.#pump();
  }

  async remove(item: Sent): Promise<void> {
    await item.drop();
    this.items = this.items.filter((i) => i !== item);
    this.#pump();
  }

  pauseAll(drama: string): void {
    for (const item of this.of(drama)) item.pause();
  }

  resumeAll(drama: string): void {
    for (const item of this.of(drama)) if (item.state === 'paused') item.again();
  }

  onDone(call: (item: Sent) => void): () => void {
    this.#done.add(call);
    return () => this.#done.delete(call);
  }

  settled(item: Sent): void {
    this.items = this.items.filter((i) => i !== item);
    for (const call of this.#done) call(item);
    this.#pump();
  }

  #pump = (): void => {
    let free = atOnce - this.items.filter((i) => i.state === 'sending' || i.state === 'hashing').length;
    for (const item of this.items) {
      if (free <= 0) return;
      if (item.state !== 'waiting') continue;
      free--;
      item.start();
    }
  };
}

/** Every upload of this page. */
export const uploads = new Uploads();

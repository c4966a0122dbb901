/** A server of resumable uploads in memory, asked through the XMLHttpRequest it offers. */
export class TusServer {
  /** Every request as it came: PATCH with its offset. */
  readonly asked: string[] = [];
  readonly #uploads = new Map<string, { size: number; received: number }>();
  readonly #instead: { method: string; status: number; body?: object }[] = [];

  has(url: string, size: number, received: number): void {
    this.#uploads.set(url, { size, received });
  }

  complete(url: string): boolean {
    const upload = this.#uploads.get(url);
    return upload !== undefined && upload.received === upload.size;
  }

  /** The next request of that method is answered so, and nothing is done. */
  answer(method: string, status: number, body?: object): void {
    this.#instead.push({ method, status, body });
  }

  request() {
    const handle = this.#handle;
    return class {
      upload = {};
      status = 0;
      responseText = '';
      onload?: () => void;
      #method = '';
      #url = '';
      #sent: Record<string, string> = {};
      #got: Record<string, string> = {};
      #aborted = false;
      open(method: string, url: string) {
        this.#method = method;
        this.#url = url;
      }
      setRequestHeader(name: string, value: string) {
        this.#sent[name.toLowerCase()] = value;
      }
      getResponseHeader(name: string) {
        return this.#got[name.toLowerCase()] ?? null;
      }
      abort() {
        this.#aborted = true;
      }
      send(body: Blob | null) {
        const { status, headers = {}, text = '' } = handle(this.#method, this.#url, this.#sent, body?.size ?? 0);
        [this.status, this.#got, this.responseText] = [status, headers, text];
        queueMicrotask(() => this.#aborted || this.onload?.());
      }
    };
  }

  #handle = (method: string, url: string, sent: Record<string, string>, bytes: number): Answer => {
    this.asked.push(method === 'PATCH' ? `PATCH ${sent['upload-offset']}` : method);
    const at = this.#instead.findIndex((i) => i.method === method);
    if (at >= 0) {
      const [{ status, body } = { status: 500 }] = this.#instead.splice(at, 1);
      return { status, text: body && method !== 'HEAD' ? JSON.stringify(body) : '' };
    }
    if (method === 'POST') {
      const made = `${url}${this.#uploads.size + 1}`;
      this.has(made, Number(sent['upload-length']), 0);
      return { status: 201, headers: { location: made } };
    }
    const upload = this.#uploads.get(url);
    if (!upload) return { status: 404 };
    if (method === 'PATCH') upload.received += bytes;
    return {
      status: method === 'PATCH' ? 204 : 200,
      headers: { 'upload-offset': String(upload.received), 'upload-length': String(upload.size) },
    };
  };
}

interface Answer {
  status: number;
  headers?: Record<string, string>;
  text?: string;
}

import { locale } from '../i18n/locale.svelte.ts';
import { Problem, problemOf } from './problem.ts';

export type Query = Record<string, string | number | boolean | undefined | null>;

export interface CallOptions {
  query?: Query;
  /** Sent as JSON; a Blob or a string goes as it is. */
  body?: unknown;
  signal?: AbortSignal;
  headers?: Record<string, string>;
  /** Lets the request outlive the page (≤ 64 kB). */
  keepalive?: boolean;
}

/** One API under a base path. Methods answer the decoded body, or undefined where there is none; they throw Problem. */
export interface Client {
  get<T>(path: string, options?: CallOptions): Promise<T>;
  post<T>(path: string, options?: CallOptions): Promise<T>;
  put<T>(path: string, options?: CallOptions): Promise<T>;
  patch<T>(path: string, options?: CallOptions): Promise<T>;
  delete<T>(path: string, options?: CallOptions): Promise<T>;
}

/** Called on a 401 with its code; answers whether a new session exists, so that the call is tried once more. */
export type Renew = (code: string) => Promise<boolean>;

/** Awaited before a call that would be refused without it. */
export type Ready = () => Promise<unknown> | undefined;

/** Headers that go with every call, as they are at that moment. */
export type Always = () => Record<string, string>;

export function client(base: string, renew?: Renew, ready?: Ready, always?: Always): Client {
  const call = async <T>(method: string, path: string, options: CallOptions = {}, again = true): Promise<T> => {
    const wait = ready?.();
    if (wait) await wait; // Else at once: a page that is being left has no later.
    const headers = { ...always?.(), ...options.headers };
    const response = await send(method, url(base, path, options.query), { ...options, headers });
    if (response.ok) {
      const text = await response.text();
      return (text ? JSON.parse(text) : undefined) as T;
    }
    const problem = await problemOf(response);
    if (problem.status === 401 && again && renew && (await renew(problem.code)))
      return call(method, path, options, false);
    throw problem;
  };
  return {
    get: (path, options) => call('GET', path, options),
    post: (path, options) => call('POST', path, options),
    put: (path, options) => call('PUT', path, options),
    patch: (path, options) => call('PATCH', path, options),
    delete: (path, options) => call('DELETE', path, options),
  };
}

function url(base: string, path: string, query: Query = {}): string {
  // A `next` or `more` link of the server is already complete.
  const full = path.startsWith('/api/') ? path : base + path;
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') search.set(key, String(value));
  }
  const tail = search.toString();
  return tail ? `${full}${full.includes('?') ? '&' : '?'}${tail}` : full;
}

async function send(method: string, to: string, { body, signal, headers, keepalive }: CallOptions): Promise<Response> {
  const raw = body === undefined || typeof body === 'string' || body instanceof Blob;
  try {
    return await fetch(to, {
      method,
      signal,
      keepalive,
      credentials: 'same-origin',
      headers: {
        accept: 'application/json',
        'accept-language': locale(),
        ...(raw ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      body: raw ? (body as BodyInit | undefined) : JSON.stringify(body),
    });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new Problem(0, '', '');
  }
}

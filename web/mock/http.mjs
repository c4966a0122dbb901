import { createReadStream, existsSync, statSync } from 'node:fs';
import { extname } from 'node:path';

const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.mp4': 'video/mp4',
  '.m3u8': 'application/vnd.apple.mpegurl',
  '.vtt': 'text/vtt',
  '.webmanifest': 'application/manifest+json',
};

/** Answers JSON, or a problem where the status says so. */
export function send(res, status, body) {
  res.writeHead(status, {
    'content-type': status < 400 ? 'application/json' : 'application/problem+json',
    'cache-control': 'no-store',
  });
  res.end(body === null || status === 204 ? undefined : JSON.stringify(body));
}

/** Answers a file, or the range of it asked for. */
export function file(req, res, path, headers = {}) {
  if (!existsSync(path) || !statSync(path).isFile())
    return send(res, 404, { code: 'blob.missing', detail: 'No such file.' });
  const size = statSync(path).size;
  const range = /^bytes=(\d+)-(\d*)$/.exec(req.headers.range ?? '');
  const from = range ? Number(range[1]) : 0;
  const to = range?.[2] ? Math.min(Number(range[2]), size - 1) : size - 1;
  res.writeHead(range ? 206 : 200, {
    'content-type': types[extname(path)] ?? 'application/octet-stream',
    'accept-ranges': 'bytes',
    'content-length': to - from + 1,
    ...(range ? { 'content-range': `bytes ${from}-${to}/${size}` } : {}),
    ...headers,
  });
  createReadStream(path, { start: from, end: to }).pipe(res);
}

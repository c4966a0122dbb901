import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A Xiaomi account service where one person is signed in already and agrees at once. */
export interface Xiaomi {
  host: string;
  clientId: string;
  secret: string;
  stop: () => Promise<void>;
}

export async function startXiaomi(openId: string): Promise<Xiaomi> {
  /** By code: where it may be redeemed for. */
  const codes = new Map<string, string>();
  const server = createServer(async (request, answer) => {
    const url = new URL(request.url ?? '/', xiaomi.host);
    /** What it says is JSON behind a prefix, whatever the status. */
    const say = (of: object) => {
      answer.writeHead(200, { 'Content-Type': 'text/plain' });
      answer.end(`&&&START&&&${JSON.stringify(of)}`);
    };
    const asked = url.searchParams;
    if (url.pathname === '/oauth2/authorize' && asked.get('client_id') === xiaomi.clientId) {
      const to = asked.get('redirect_uri') ?? '';
      const code = randomBytes(16).toString('hex');
      codes.set(code, to);
      answer.writeHead(302, { Location: `${to}?${new URLSearchParams({ code, state: asked.get('state') ?? '' })}` });
      return answer.end();
    }
    if (url.pathname !== '/oauth2/token') {
      answer.writeHead(404);
      return answer.end();
    }
    let body = '';
    for await (const text of request) body += text;
    const form = new URLSearchParams(body);
    const code = form.get('code') ?? '';
    const to = codes.get(code);
    codes.delete(code);
    if (form.get('client_id') !== xiaomi.clientId || form.get('client_secret') !== xiaomi.secret)
      return say({ error: 96008, error_description: 'client is unknown' });
    if (to === undefined || to !== form.get('redirect_uri'))
      return say({ error: 96013, error_description: 'code is unknown or used' });
    say({ access_token: randomBytes(16).toString('hex'), token_type: 'mac', expires_in: 7776000, openId });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const xiaomi: Xiaomi = {
    host: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    clientId: '2882303761517',
    secret: 'between us',
    stop: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
  return xiaomi;
}

import { createHash, createSign, generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An OpenID Connect provider where everybody is signed in already and agrees at once, or never does. */
export interface Provider {
  issuer: string;
  clientId: string;
  /** Whether people agree there. */
  agrees: boolean;
  stop: () => Promise<void>;
}

export async function startProvider(subject: string): Promise<Provider> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const asked = new Map<string, URLSearchParams>();
  const part = (of: object) => Buffer.from(JSON.stringify(of)).toString('base64url');
  const server = createServer((request, answer) => {
    const url = new URL(request.url ?? '/', provider.issuer);
    const json = (of: object, status = 200) => {
      answer.writeHead(status, { 'Content-Type': 'application/json' });
      answer.end(JSON.stringify(of));
    };
    if (url.pathname === '/.well-known/openid-configuration') {
      const { issuer } = provider;
      return json({
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/keys`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
        code_challenge_methods_supported: ['S256'],
      });
    }
    if (url.pathname === '/keys')
      return json({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: '1', alg: 'RS256', use: 'sig' }] });
    if (url.pathname === '/authorize') {
      const back = new URL(url.searchParams.get('redirect_uri') ?? '');
      const code = randomBytes(16).toString('hex');
      asked.set(code, url.searchParams);
      back.searchParams.set('state', url.searchParams.get('state') ?? '');
      if (provider.agrees) back.searchParams.set('code', code);
      else back.searchParams.set('error', 'access_denied');
      answer.writeHead(302, { Location: back.href });
      return answer.end();
    }
    if (url.pathname !== '/token') return json({}, 404);
    let body = '';
    request.on('data', (text) => {
      body += text;
    });
    request.on('end', () => {
      const form = new URLSearchParams(body);
      const was = asked.get(form.get('code') ?? '');
      asked.delete(form.get('code') ?? '');
      const proof = createHash('sha256')
        .update(form.get('code_verifier') ?? '')
        .digest('base64url');
      if (was?.get('code_challenge') !== proof) return json({ error: 'invalid_grant' }, 400);
      const now = Math.floor(Date.now() / 1000);
      const claims = { iss: provider.issuer, sub: subject, aud: provider.clientId, iat: now, exp: now + 300 };
      const text = `${part({ alg: 'RS256', kid: '1' })}.${part({ ...claims, nonce: was.get('nonce') })}`;
      const signature = createSign('RSA-SHA256').update(text).sign(privateKey).toString('base64url');
      json({ access_token: 'a', token_type: 'Bearer', expires_in: 300, id_token: `${text}.${signature}` });
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const provider: Provider = {
    issuer: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    clientId: 'house',
    agrees: true,
    stop: () => new Promise((closed) => server.close(() => closed())),
  };
  return provider;
}

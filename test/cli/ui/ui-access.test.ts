import { describe, expect, test } from 'vitest';
import { cookieName, verdictOn, type Asker } from '../../../src/cli/ui/ui-access.ts';

const PORT = 4242;
const TOKEN = 'right-token';
const KNOWN: Asker = {
  host: `127.0.0.1:${PORT}`,
  origin: undefined,
  site: undefined,
  cookie: `other=1; ${cookieName(PORT)}=${TOKEN}`,
  token: undefined,
  writes: false,
};
const KEYS = { token: TOKEN, once: 'for-one-browser' };
const status = (part: Partial<Asker>): number => {
  const verdict = verdictOn({ ...KNOWN, ...part }, PORT, KEYS);
  return verdict.pass ? 200 : verdict.status;
};

describe('who is answered', () => {
  test('is the page that was given out, and the address that was printed', () => {
    expect(verdictOn(KNOWN, PORT, KEYS)).toEqual({ pass: true, enter: undefined });
    const first = { ...KNOWN, cookie: undefined, token: TOKEN };
    expect(verdictOn(first, PORT, KEYS)).toEqual({ pass: true, enter: 'token' });
    expect(status({ host: `localhost:${PORT}`, origin: `http://localhost:${PORT}` })).toBe(200);
    expect(status({ site: 'same-origin' })).toBe(200);
    expect(status({ site: 'none' })).toBe(200);
  });

  test('is one browser with an address of its own', () => {
    const opened = { ...KNOWN, cookie: undefined, token: KEYS.once };
    expect(verdictOn(opened, PORT, KEYS)).toEqual({ pass: true, enter: 'once' });
    expect(verdictOn(opened, PORT, { ...KEYS, once: undefined })).toMatchObject({ status: 401 });
    // It opens the door, and is no cookie.
    expect(status({ cookie: `${cookieName(PORT)}=${KEYS.once}` })).toBe(401);
  });

  test('may write only with the name of its page', () => {
    expect(status({ writes: true, origin: `http://127.0.0.1:${PORT}` })).toBe(200);
    expect(status({ writes: true })).toBe(403);
    expect(status({ writes: true, origin: 'null' })).toBe(403);
    expect(status({ writes: true, origin: `http://127.0.0.1:${PORT}`, cookie: undefined })).toBe(
      401,
    );
  });

  test.each<[string, Partial<Asker>, number]>([
    ['no host', { host: undefined }, 421],
    ['a name that was made to lead here', { host: `evil.example:${PORT}` }, 421],
    ['another port', { host: '127.0.0.1:80' }, 421],
    ['no port', { host: '127.0.0.1' }, 421],
    ['a host that begins alike', { host: `127.0.0.1:${PORT}.evil.example` }, 421],
    ['another origin', { origin: 'https://evil.example' }, 403],
    ['a page from a file', { origin: 'null' }, 403],
    ['the same host over TLS', { origin: `https://127.0.0.1:${PORT}` }, 403],
    ['another server of this machine', { origin: 'http://127.0.0.1:8080' }, 403],
    ['another site', { site: 'cross-site' }, 403],
    ['a site beside it', { site: 'same-site' }, 403],
    ['another site that knows the token', { site: 'cross-site', token: TOKEN }, 403],
    ['no cookie', { cookie: undefined }, 401],
    ['a cookie of another port', { cookie: `${cookieName(1)}=${TOKEN}` }, 401],
    ['a wrong cookie', { cookie: `${cookieName(PORT)}=right-tokem` }, 401],
    ['an empty cookie', { cookie: `${cookieName(PORT)}=` }, 401],
    ['a wrong token', { cookie: undefined, token: 'wrong' }, 401],
    ['an empty token', { cookie: undefined, token: '' }, 401],
  ])('is not %s', (_, part, expected) => {
    expect(status(part)).toBe(expected);
  });
});

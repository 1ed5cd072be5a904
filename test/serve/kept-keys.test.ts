import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { KeptKeys } from '../../src/cli/serve/kept-keys.ts';
import { folder } from '../cli/events.ts';
import { certificates } from './certificates.ts';

const DAY = 86_400_000;
const NONE = { cert: undefined, key: undefined, clientCa: undefined, token: undefined };

test('a certificate that expires while a server runs is told of once, and another one ends it', () => {
  const authority = certificates();
  const paths = { ...NONE, ...authority.issue('server') };
  let now = Date.now();
  const told: string[] = [];
  const kept = new KeptKeys({ paths, now: () => now, tell: (text) => told.push(text) });
  const { file, at } = kept.expiry!;
  expect(file).toBe(paths.cert);
  expect(at).toBeGreaterThan(now);
  now = at - DAY;
  expect(kept.look()).toBeUndefined();
  expect(told).toEqual([]);
  now = at + DAY;
  for (let looks = 0; looks < 3; looks++) expect(kept.look()).toBeUndefined();
  const warning = expect.stringMatching(
    /^warning: the certificate has expired on \S+: senders will refuse it$/,
  );
  expect(told).toEqual([warning]);

  authority.issue('server');
  expect(kept.look()).toBeUndefined();
  expect(kept.look()?.tls?.cert).toMatch(/^-----BEGIN CERTIFICATE-----/);
  expect(told).toEqual([warning, 'certificate and token read anew', warning]);
});

test('what is asked for is no change that is seen once more; what cannot be used leaves the keys', () => {
  const token = join(folder({ token: 'one' }), 'token');
  const told: string[] = [];
  const kept = new KeptKeys({
    paths: { ...NONE, token },
    now: () => Date.now(),
    tell: (text) => told.push(text),
  });
  expect(kept.expiry).toBeUndefined();
  writeFileSync(token, 'another');
  expect(kept.readAnew()?.tokens).toEqual(['another']);
  for (let looks = 0; looks < 3; looks++) expect(kept.look()).toBeUndefined();
  writeFileSync(token, 'two words');
  expect([kept.look(), kept.look(), kept.look()]).toEqual([undefined, undefined, undefined]);
  expect(told).toEqual([
    'certificate and token read anew',
    expect.stringMatching(/^certificate and token not read anew, those before stay: token file /),
  ]);
});

import { wholeLine } from './corpus.ts';
import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import { rulesOf } from './conditions.ts';
import { scanFast, scanReference } from './engines.ts';

const ADDRESSES = [
  '10.1.2.3',
  '10.255.0.0',
  '11.0.0.1',
  '127.0.0.1',
  '8.8.8.8',
  '255.255.255.255',
  '172.15.0.1',
  '172.16.0.1',
  '172.31.255.255',
  '172.32.0.1',
  '172.1.0.1',
  '17.2.16.1',
  '192.168.0.1',
  '192.169.0.1',
  '169.254.1.1',
  '169.253.1.1',
  '100.64.0.1',
  '100.128.0.1',
  '0.0.0.0',
  '0.1.2.3',
  '00.1.2.3',
  '10.01.2.3',
  '8.8.8.08',
  '256.1.1.1',
  '8.256.1.1',
  '8.8.8',
  '8.8.8.8.8',
  '8.8.8.8 ',
  '8.8.8.8x',
  '8.8..8',
  '8.8.8.',
  '',
  '.',
  'x',
  '8.8.8.256',
  '::1',
  'fe80::1%eth0',
  '2001:db8::1',
  '::ffff:10.0.0.1',
  '::ffff:8.8.8.8',
];
const VALUES = [
  ...ADDRESSES.map((address) => JSON.stringify([address])),
  '"8.8.8.8"',
  '[]',
  '{}',
  'null',
  '[8.8]',
  '[["8.8.8.8"]]',
  '[ "8.8.8.8"]',
  '["8.8.8.8" ]',
  '["8.8.8.8","10.0.0.1"]',
  '["10.0.0.1","8.8.8.8"]',
  '["8.8\\u002e8.8"]',
  '["\\u0038.8.8.8"]',
];

test.each([
  [['kx.source_ip.public = true', 'kx.source_ip.public = false']],
  [['kx.source_ip.within[10.1.0.0/16] = true', 'kx.source_ip.within[8.8.8.8/32] = false']],
  [['kx.source_ip.public = true', 'kx.source_ip.within[10.1.2.0/29] = true']],
  [['kx.source_ip.public = true', 'ka.sourceips intersects (8.8.8.8, 10.1.2.3)']],
])('client addresses are judged as by the reference engine, for %j', async (conditions) => {
  const rules = await rulesOf(conditions, '%ka.sourceips');
  const lines = VALUES.map((value, i) => wholeLine({ auditID: `"${i}"`, sourceIPs: value }));
  // Each twice: the second time its class is remembered.
  const input = Buffer.from([...lines, ...lines.toReversed()].join(''));
  const options = { rules, matching: 'all' } as const;
  const expected = scanReference(input, options);
  expect(expected.findings.length).toBeGreaterThan(VALUES.length / 2);
  expect(scanFast(input, options, 4096)).toEqual(expected);
});

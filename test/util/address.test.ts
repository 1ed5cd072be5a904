import { describe, expect, it } from 'vitest';
import { networkTest } from '../../src/util/address.ts';

describe('networkTest', () => {
  it.each([
    [
      '10.0.0.0/8',
      ['10.0.0.0', '10.255.255.255', '::ffff:10.1.2.3'],
      ['11.0.0.0', '9.255.255.255', '::', 'x'],
    ],
    ['10.9.9.9/8', ['10.0.0.1'], ['11.0.0.1']],
    ['192.168.7.128/25', ['192.168.7.128', '192.168.7.255'], ['192.168.7.127', '192.168.8.128']],
    ['0.0.0.0/0', ['1.2.3.4'], ['::1', '']],
    ['10.0.0.1', ['10.0.0.1'], ['10.0.0.2']],
    ['::/0', ['::1', 'fe80::1%eth0', '1::2'], ['1.2.3.4', '::ffff:1.2.3.4']],
    ['2001:db8::/33', ['2001:db8::1', '2001:DB8:7fff::'], ['2001:db8:8000::']],
    ['::1', ['::1', '0:0:0:0:0:0:0:1'], ['::2']],
  ])('%s', (network, inside, outside) => {
    const test = networkTest(network)!;
    expect(inside.filter((address) => !test(address))).toEqual([]);
    expect(outside.filter(test)).toEqual([]);
  });

  it.each([
    '',
    '/8',
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0/8',
    '10.0.0.0/8/8',
    '::/129',
    'x',
    '010.0.0.0/8',
    '10.0.0.0/-1',
  ])('refuses %j', (text) => {
    expect(networkTest(text)).toBeUndefined();
  });
});

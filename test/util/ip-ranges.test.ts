import { describe, expect, test } from 'vitest';
import { KnownError } from '../../src/util/errors.ts';
import { isListed, readIpRanges, type IpRanges } from '../../src/util/ip-ranges.ts';

const read = (text: string): IpRanges => readIpRanges('bad.txt', new TextEncoder().encode(text));
const holds = (text: string, address: string): boolean => isListed(read(text), address);

describe('a list of addresses', () => {
  test.each([
    ['192.0.2.7', '192.0.2.7', true],
    ['192.0.2.7', '192.0.2.8', false],
    ['192.0.2.7', '192.0.2.6', false],
    ['192.0.2.0/24', '192.0.2.255', true],
    ['192.0.2.0/24', '192.0.3.0', false],
    // Bits behind the prefix do not count.
    ['192.0.2.99/24', '192.0.2.0', true],
    ['0.0.0.0/0', '255.255.255.255', true],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['255.255.255.255/32', '255.255.255.255', true],
    ['128.0.0.0/1', '127.255.255.255', false],
    ['128.0.0.0/1', '200.1.2.3', true],
    ['2001:db8::/32', '2001:db8:ffff::1', true],
    ['2001:db8::/32', '2001:db9::', false],
    ['2001:DB8:0:0::1', '2001:db8::1', true],
    ['2001:db8::/33', '2001:db8:8000::', false],
    ['2001:db8::/97', '2001:db8::7fff:ffff', true],
    ['2001:db8::/97', '2001:db8::8000:0', false],
    ['::/0', 'fe80::1%eth0', true],
    ['::/0', '10.0.0.1', false],
    // Mapped into IPv6, on either side.
    ['::ffff:192.0.2.7', '192.0.2.7', true],
    ['::ffff:192.0.2.0/120', '192.0.2.9', true],
    ['::ffff:192.0.2.0/120', '192.0.3.9', false],
    ['192.0.2.0/24', '::ffff:c000:207', true],
    ['192.0.2.7', 'shop', false],
    ['192.0.2.7', '', false],
    ['', '192.0.2.7', false],
  ])('%j and %s: %s', (list, address, held) => {
    expect(holds(list, address)).toBe(held);
  });

  test('has comments, blank lines, blanks, line ends of any kind and a mark at its start', () => {
    const text =
      '\uFEFF# Tor\r\n\r\n  192.0.2.7  # exit\r\n198.51.100.0/24 ; SBL1\n\t\n2001:db8::1';
    for (const address of ['192.0.2.7', '198.51.100.9', '2001:db8::1']) {
      expect(holds(text, address)).toBe(true);
    }
    expect(holds(text, '192.0.2.8')).toBe(false);
  });

  test.each([
    'shop',
    '192.0.2',
    '192.0.2.7/33',
    '192.0.2.7/',
    '192.0.2.7/-1',
    '192.0.2.7/2x',
    '2001:db8::/129',
    '2001:db8::1::',
    'fe80::1%eth0',
    '::ffff:192.0.2.0/64',
    '192.0.2.1-192.0.2.9',
    '192.0.2.7 192.0.2.8',
    '010.0.0.1',
  ])('has no %j: the line is named', (entry) => {
    const error = (() => {
      try {
        return read(`# a\n192.0.2.1\n${entry}\n`);
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toBeInstanceOf(KnownError);
    expect((error as KnownError).message).toBe(`bad.txt:3: '${entry}' is no IP address or network`);
  });

  test('quotes little of an endless line', () => {
    expect(() => read('x'.repeat(1_000_000))).toThrow(/^bad\.txt:1: 'x{60}' is no/);
  });

  test('answers as a look at each entry does, whatever overlaps', () => {
    // A fixed sequence of numbers (Lehmer).
    let state = 7;
    const next = (below: number): number => {
      state = (state * 48_271) % 0x7fffffff;
      return state % below;
    };
    const entries = Array.from({ length: 400 }, () => {
      const v4 = `${10 + next(2)}.${next(4)}.${next(256)}.${next(256)}/${14 + next(19)}`;
      return next(3) > 0 ? v4 : `2001:db8:${next(4)}::${next(256).toString(16)}/${30 + next(99)}`;
    });
    const whole = read(entries.join('\n'));
    const alone = entries.map(read);
    let held = 0;
    for (let i = 0; i < 2000; i++) {
      const address =
        i % 2 === 0
          ? `${10 + next(2)}.${next(5)}.${next(256)}.${next(256)}`
          : `2001:db8:${next(6)}::${next(512).toString(16)}`;
      const expected = alone.some((one) => isListed(one, address));
      expect(isListed(whole, address)).toBe(expected);
      held += Number(expected);
    }
    expect(held).toBeGreaterThan(300);
    expect(held).toBeLessThan(1900);
  });

  test('takes eight bytes for each IPv4 network that touches no other', () => {
    const lines: string[] = [];
    for (let i = 0; i < 20_000; i++) lines.push(`10.${i >> 8}.${i & 255}.0/25`);
    const { v4 } = read(lines.join('\n'));
    expect(v4.starts.byteLength + v4.ends.byteLength).toBe(8 * 20_000);
    expect(structuredClone(v4)).toEqual(v4);
  });
});

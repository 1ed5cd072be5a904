import { describe, expect, it } from 'vitest';
import {
  formatDateTime,
  formatIso8601,
  decimalText,
  formatRfc3339Nano,
  formatTimeOfDay,
  parseRfc3339,
} from '../../src/util/time.ts';

const SECOND = 1_000_000_000n;

describe('parseRfc3339', () => {
  it.each([
    ['1970-01-01T00:00:00Z', 0n],
    ['2018-10-26T13:00:25.000123Z', 1_540_558_825_000_123_000n],
    ['2018-10-26T13:00:25,000123Z', 1_540_558_825_000_123_000n],
    ['2018-10-26T15:00:25.5+02:00', 1_540_558_825_500_000_000n],
    ['2018-10-26T08:30:25-04:30', 1_540_558_825_000_000_000n],
    ['2018-10-26T13:00:25-00:00', 1_540_558_825_000_000_000n],
    ['2018-10-26T13:00:25.1234567899Z', 1_540_558_825_123_456_789n],
    ['1969-12-31T23:59:59.5Z', -500_000_000n],
    ['2000-02-29T00:00:00Z', 951_782_400n * SECOND],
    ['2024-02-29T00:00:00Z', 1_709_164_800n * SECOND],
    ['0000-01-01T00:00:00Z', -62_167_219_200n * SECOND],
    ['0001-01-01T00:00:00Z', -62_135_596_800n * SECOND],
    ['9999-12-31T23:59:59.999999999Z', 253_402_300_799n * SECOND + 999_999_999n],
  ])('reads %s', (text, expected) => {
    expect(parseRfc3339(text)).toBe(expected);
  });

  it.each([
    '',
    '2018-10-26',
    '2018-10-26T13:00:25',
    '2018-10-26t13:00:25Z',
    '2018-10-26T13:00:25z',
    '2018-10-26 13:00:25Z',
    '2018-10-26T13:00:60Z',
    '2018-10-26T13:60:00Z',
    '2018-10-26T24:00:00Z',
    '2018-13-26T13:00:00Z',
    '2018-00-26T13:00:00Z',
    '2018-02-29T13:00:00Z',
    '1900-02-29T13:00:00Z',
    '2018-04-31T13:00:00Z',
    '2018-10-00T13:00:00Z',
    '2018-10-26T13:00:25.Z',
    '2018-10-26T13:00:25+0200',
    '2018-10-26T13:00:25+02',
    '2018-10-26T13:00:25+25:00',
    '+2018-10-26T13:00:25Z',
    '12018-10-26T13:00:25Z',
    '2018-10-26T13:00:25Z\n',
    ' 2018-10-26T13:00:25Z',
  ])('refuses %j', (text) => {
    expect(parseRfc3339(text)).toBeUndefined();
  });
});

describe('formatting', () => {
  const time = 1_540_558_825_000_123_000n;

  it('always has nine digits', () => {
    expect(formatIso8601(time)).toBe('2018-10-26T13:00:25.000123000+0000');
    expect(formatRfc3339Nano(time)).toBe('2018-10-26T13:00:25.000123000Z');
    expect(formatRfc3339Nano(0n)).toBe('1970-01-01T00:00:00.000000000Z');
    expect(formatTimeOfDay(time, 'UTC')).toBe('13:00:25.000123000');
  });

  it('rounds times before 1970 down', () => {
    expect(formatRfc3339Nano(-1n)).toBe('1969-12-31T23:59:59.999999999Z');
    expect(formatRfc3339Nano(parseRfc3339('0001-01-01T00:00:00Z')!)).toBe(
      '0001-01-01T00:00:00.000000000Z',
    );
  });

  it.each([
    ['Europe/Berlin', '2018-10-26 15:00:25.000123000'],
    ['America/New_York', '2018-10-26 09:00:25.000123000'],
    ['Asia/Kathmandu', '2018-10-26 18:45:25.000123000'],
    ['UTC', '2018-10-26 13:00:25.000123000'],
  ])('in %s', (zone, expected) => {
    expect(formatDateTime(time, zone)).toBe(expected);
  });

  it('writes midnight as 00', () => {
    const midnight = parseRfc3339('2018-10-26T00:00:00+02:00')!;
    expect(formatTimeOfDay(midnight, 'Europe/Berlin')).toBe('00:00:00.000000000');
  });

  it.each([
    '2018-10-26T13:00:25.000123000Z',
    '0000-03-01T00:00:00.000000000Z',
    '9999-12-31T23:59:59.999999999Z',
  ])('writes %s as it was read', (text) => {
    expect(formatRfc3339Nano(parseRfc3339(text)!)).toBe(text);
  });
});

it('times are shown alike whatever was shown before', () => {
  const times = [0n, -1n, 1n, 999_999_999n, 1_000_000_000n, 1_000_000_001n, -1_000_000_000n];
  const far = [253_402_300_799_999_999_999n, -62_135_596_800_000_000_000n];
  for (const first of [...times, ...far]) {
    for (const second of [...times, ...far]) {
      formatRfc3339Nano(first);
      const fraction = ((second % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
      const date = new Date(Number((second - fraction) / 1_000_000n)).toISOString().slice(0, 19);
      const text = `${date}.${fraction.toString().padStart(9, '0')}Z`;
      expect(formatRfc3339Nano(second)).toBe(text);
      expect(decimalText(second)).toBe(String(second));
    }
  }
});

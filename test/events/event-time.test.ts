import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eventTime } from '../../src/events/event-time.ts';
import { parseLooseTime } from '../../src/json/loose-time.ts';
import type { JsonObject, JsonValue } from '../../src/json/value.ts';
import { formatRfc3339Nano } from '../../src/util/time.ts';

const shown = (event: JsonObject): string => formatRfc3339Nano(eventTime(event).time);
const TEN = '2026-04-01T10:00:00.000000000Z';
const MILLIS = '2026-04-01T10:00:00.123000000Z';

describe('spellings of a time', () => {
  test.each<[JsonValue, string]>([
    ['2026-04-01 10:00:00 UTC', TEN],
    ['2026-04-01 10:00:00.123 UTC', MILLIS],
    ['2026-04-01 10:00:00', TEN],
    ['2026-04-01T10:00:00', TEN],
    ['2026-04-01T10:00', TEN],
    ['2026/04/01 10:00:00', TEN],
    ['2026-04-01t10:00:00z', TEN],
    ['2026-04-01T12:00:00+0200', TEN],
    ['2026-04-01 10:00:00+00', TEN],
    ['2026-04-01 04:30:00 -0530', TEN],
    ['2026-04-01T10:00:00,123Z', MILLIS],
    [' 2026-04-01T10:00:00Z ', TEN],
    ['Apr 1, 2026 @ 10:00:00.123', MILLIS],
    ['Wed, 01 Apr 2026 10:00:00 GMT', TEN],
    ['01/Apr/2026:10:00:00 +0000', TEN],
    [1775037600, TEN],
    [1775037600.123, MILLIS],
    [1775037600123, MILLIS],
    [1775037600123000, MILLIS],
    ['1775037600', TEN],
    ['1775037600.123', MILLIS],
    ['1775037600123', MILLIS],
    ['1775037600123000', MILLIS],
    ['1775037600123456789', '2026-04-01T10:00:00.123456789Z'],
    [{ seconds: 1775037600, nanos: 123000000 }, MILLIS],
    [{ seconds: '1775037600' }, TEN],
    [{ _seconds: 1775037600, _nanoseconds: 123000000 }, MILLIS],
    [{ $date: '2026-04-01T10:00:00.123Z' }, MILLIS],
    [{ $date: { $numberLong: '1775037600123' } }, MILLIS],
  ])('%j', (stageTimestamp, expected) => {
    expect(shown({ stageTimestamp })).toBe(expected);
    expect(eventTime({ stageTimestamp }).problem).toBeUndefined();
  });

  test.each<JsonValue>([
    '',
    'yesterday',
    '2026-13-01 10:00:00',
    '2026-02-30 10:00:00',
    '2026-04-01 25:00:00',
    'Foo 1, 2026 @ 10:00:00',
    '99/Apr/2026:10:00:00 +0000',
    0,
    -5,
    '0',
    '123456789012345678901',
    1e30,
    true,
    [],
    {},
    { seconds: 'x' },
    { seconds: {} },
  ])('%j is no time, which is said', (stageTimestamp) => {
    expect(eventTime({ stageTimestamp })).toEqual({ time: 0n, problem: 'unreadable' });
  });

  test('any value is read or refused, never more', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string({ unit: 'binary', maxLength: 80 }), (value, text) => {
        for (const one of [value as JsonValue, text]) {
          const time = parseLooseTime(one);
          expect(time === undefined || time > 0n).toBe(true);
        }
      }),
    );
  });
});

describe('places of a time', () => {
  const other = '2026-04-01T11:00:00Z';
  test.each<[string, JsonObject]>([
    ['stageTimestamp first', { requestReceivedTimestamp: other, stageTimestamp: TEN }],
    ['requestReceivedTimestamp', { requestReceivedTimestamp: TEN, timestamp: other }],
    ['timestamp of v1beta1', { timestamp: TEN, metadata: { creationTimestamp: other } }],
    ['metadata of v1beta1', { metadata: { creationTimestamp: TEN } }],
    ['a time that was never set', { stageTimestamp: null, metadata: { creationTimestamp: TEN } }],
    ['the time of a shipper', { '@timestamp': TEN }],
  ])('%s', (_name, event) => {
    expect(shown(event)).toBe(TEN);
    expect(eventTime(event).problem).toBeUndefined();
  });

  test('a later place is taken where an earlier one cannot be read, which is said', () => {
    const event = { stageTimestamp: 'soon', requestReceivedTimestamp: TEN };
    expect(shown(event)).toBe(TEN);
    expect(eventTime(event).problem).toBe('unreadable');
  });

  test('no time at all', () => {
    expect(eventTime({})).toEqual({ time: 0n, problem: 'missing' });
  });
});

import type { JsonValue } from './value.ts';
import { parseRfc3339 } from '../util/time.ts';

/**
 * Reads a time in a spelling that shippers and stores use instead of RFC 3339: a blank for `T`, no zone (UTC),
 * `UTC`, `+0200`, `+00`; seconds, milliseconds, microseconds or nanoseconds since 1970 as a number or a text;
 * `{seconds, nanos}`; Kibana's `Apr 1, 2026 @ 10:00:00.100`; HTTP and web server dates.
 *
 * @returns nanoseconds since 1970; undefined when the value is no such time, or is 0 or before 1970
 */
export function parseLooseTime(value: JsonValue): bigint | undefined {
  const time = parse(value);
  return time === undefined || time <= 0n ? undefined : time;
}

function parse(value: JsonValue): bigint | undefined {
  if (typeof value === 'number')
    return Number.isFinite(value) ? sinceEpoch(decimal(value)) : undefined;
  if (typeof value === 'string') return fromText(value.trim());
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return fromParts(value);
}

/** A number without an exponent. */
function decimal(value: number): string {
  return Number.isInteger(value) ? BigInt(value).toString() : String(value);
}

const LONGEST = 64;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** `2026-04-01 10:00:00.100001 UTC` and its relatives. */
const ISO =
  /^(\d{4})[-/](\d\d)[-/](\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,18}))?)? ?(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?$/i;
/** `Apr 1, 2026 @ 10:00:00.100`. */
const KIBANA = /^([A-Z][a-z]{2,8}) (\d{1,2}), (\d{4}) @ (\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?$/;
/** `Wed, 01 Apr 2026 10:00:00 GMT` (RFC 9110), `01/Apr/2026:10:00:00 +0000` (Common Log Format). */
const DAY_FIRST =
  /^(?:[A-Z][a-z]{2}, )?(\d{1,2})[ /-]([A-Z][a-z]{2})[ /-](\d{4})[ :](\d\d):(\d\d):(\d\d) ?(GMT|UTC|[+-]\d{4})?$/;

function fromText(text: string): bigint | undefined {
  if (text.length > LONGEST) return undefined;
  if (/^\d{1,20}(?:\.\d{1,9})?$/.test(text)) return sinceEpoch(text);
  const iso = ISO.exec(text);
  if (iso !== null) {
    const [, year, month, day, hour, minute, second = '00', fraction = '0', zone] = iso;
    return rfc3339(year!, month!, day!, `${hour}:${minute}:${second}.${fraction}`, zone);
  }
  const kibana = KIBANA.exec(text);
  if (kibana !== null) {
    const [, month, day, year, hour, minute, second, fraction = '0'] = kibana;
    return rfc3339(year!, numberOf(month!), day!, `${hour}:${minute}:${second}.${fraction}`);
  }
  const dayFirst = DAY_FIRST.exec(text);
  if (dayFirst !== null) {
    const [, day, month, year, hour, minute, second, zone] = dayFirst;
    return rfc3339(year!, numberOf(month!), day!, `${hour}:${minute}:${second}`, zone);
  }
  return undefined;
}

/** The number of a month's English name; `00`, which no date has, for another word. */
function numberOf(month: string): string {
  return String(MONTHS.indexOf(month.slice(0, 3).toLowerCase()) + 1).padStart(2, '0');
}

function rfc3339(
  year: string,
  month: string,
  day: string,
  time: string,
  zone = 'Z',
): bigint | undefined {
  const offset = /^[+-]/.test(zone)
    ? `${zone.slice(0, 3)}:${zone.slice(3).replace(':', '').padEnd(2, '0')}`
    : 'Z';
  return parseRfc3339(`${year}-${month}-${day.padStart(2, '0')}T${time}${offset}`);
}

/** Digits before the point of times until the year 5138, by unit. */
const UNITS: readonly (readonly [digits: number, nanoseconds: bigint])[] = [
  [11, 1_000_000_000n],
  [14, 1_000_000n],
  [17, 1000n],
  [20, 1n],
];

/** The unit follows from the number of digits: no log is older than 1973 or younger than the year 5138. */
function sinceEpoch(text: string): bigint | undefined {
  const [whole = '', fraction = ''] = text.split('.');
  const unit = UNITS.find(([longest]) => whole.length <= longest)?.[1];
  if (unit === undefined || !/^\d+$/.test(whole) || !/^\d*$/.test(fraction)) return undefined;
  const rest = BigInt(fraction.slice(0, 9).padEnd(9, '0'));
  return BigInt(whole) * unit + (rest * unit) / 1_000_000_000n;
}

/** Protocol buffers' Timestamp, `{seconds, nanos}`, and MongoDB's `{$date}`. */
function fromParts(value: { readonly [key: string]: JsonValue }): bigint | undefined {
  const of = (...keys: string[]): JsonValue | undefined => {
    const key = keys.find((one) => Object.hasOwn(value, one));
    return key === undefined ? undefined : value[key];
  };
  const date = of('$date', '$numberLong');
  if (date !== undefined) return parse(date);
  const seconds = of('seconds', '_seconds');
  const nanos = of('nanos', '_nanoseconds', 'nanoseconds') ?? 0;
  const whole = digits(seconds, 11);
  const rest = digits(nanos, 9);
  return whole === undefined || rest === undefined ? undefined : whole * 1_000_000_000n + rest;
}

/** A number without sign and fraction, or the text of one, of some digits at most. */
function digits(value: JsonValue | undefined, most: number): bigint | undefined {
  const text = typeof value === 'number' || typeof value === 'string' ? String(value) : '';
  return /^\d+$/.test(text) && text.length <= most ? BigInt(text) : undefined;
}

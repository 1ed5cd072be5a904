/** The zone that needs no `Intl`: Falco's own formats are in it. */
const UTC = 'UTC';

const SECOND = 1_000_000_000n;

// An offset of 24 hours or 60 minutes passes, as in Go's time.Parse.
const RFC3339 =
  /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:[.,](\d+))?(?:Z|([+-])(\d\d):(\d\d))$/;

/**
 * A time in RFC 3339 as Go's `time.Parse(time.RFC3339Nano, …)` reads it: upper-case `T` and `Z`, a
 * zone, `.` or `,` before the fraction, no leap second. Digits behind the ninth are cut.
 *
 * @returns nanoseconds since the epoch; undefined when the text is no such time
 */
export function parseRfc3339(text: string): bigint | undefined {
  const match = RFC3339.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction, sign, zoneHour, zoneMinute] = match;
  const date = { year: Number(year), month: Number(month), day: Number(day) };
  const time = { hour: Number(hour), minute: Number(minute), second: Number(second) };
  const zone = { hour: Number(zoneHour ?? 0), minute: Number(zoneMinute ?? 0) };
  if (date.month < 1 || date.month > 12) return undefined;
  if (date.day < 1 || date.day > daysInMonth(date.year, date.month)) return undefined;
  if (time.hour > 23 || time.minute > 59 || time.second > 59) return undefined;
  if (zone.hour > 24 || zone.minute > 60) return undefined;
  const offset = (zone.hour * 60 + zone.minute) * 60 * (sign === '-' ? -1 : 1);
  const seconds =
    daysSinceEpoch(date.year, date.month, date.day) * 86_400 +
    (time.hour * 60 + time.minute) * 60 +
    time.second -
    offset;
  const nanoseconds = (fraction ?? '').slice(0, 9).padEnd(9, '0');
  return BigInt(seconds) * SECOND + BigInt(nanoseconds);
}

/** `13:00:25.000123000`: the time of day in a zone, with nine digits of fraction. */
export function formatTimeOfDay(ns: bigint, zone: string): string {
  return `${wallClock(ns, zone).timeDot}${fractionOf(ns)}`;
}

/** `13:00:25`: the time of day in a zone. */
export function formatTimeOfDaySeconds(ns: bigint, zone: string): string {
  return wallClock(ns, zone).time;
}

/** `2018-10-26 13:00:25.000123000`: date and time of day in a zone. */
export function formatDateTime(ns: bigint, zone: string): string {
  return `${formatDateTimeSeconds(ns, zone)}.${fractionOf(ns)}`;
}

/** `2018-10-26 13:00:25`: date and time of day in a zone, without the fraction. */
export function formatDateTimeSeconds(ns: bigint, zone: string): string {
  const { date, time } = wallClock(ns, zone);
  return `${date} ${time}`;
}

/** `2018-10-26T13:00:25.000123000+0000`: Falco's `evt.time.iso8601`, always in UTC. */
export function formatIso8601(ns: bigint): string {
  return `${wallClock(ns, UTC).iso}${fractionOf(ns)}+0000`;
}

/** `2018-10-26T13:00:25.000123000Z`: the `time` of Falco's JSON output, always nine digits. */
export function formatRfc3339Nano(ns: bigint): string {
  return `${wallClock(ns, UTC).iso}${fractionOf(ns)}Z`;
}

/** Nanoseconds within the second, 0 to 999999999. */
export function nanosOfSecond(ns: bigint): bigint {
  const rest = ns % SECOND;
  return rest < 0n ? rest + SECOND : rest;
}

/** Whole seconds since the epoch, rounded down. */
export function secondsOf(ns: bigint): bigint {
  return (ns - nanosOfSecond(ns)) / SECOND;
}

/** A number in decimal; cheap for the one that was shown last as a time. */
export function decimalText(value: bigint): string {
  return textsOf(value).decimal;
}

function fractionOf(ns: bigint): string {
  return textsOf(ns).fraction;
}

interface TimeTexts {
  readonly ns: bigint;
  readonly decimal: string;
  /** Whole seconds since the epoch. */
  readonly seconds: string;
  readonly fraction: string;
}

/** The time shown last: a finding shows the same one several times. */
let shown: TimeTexts = { ns: 0n, decimal: '0', seconds: '0', fraction: '000000000' };

function textsOf(ns: bigint): TimeTexts {
  if (shown.ns === ns) return shown;
  const decimal = ns.toString();
  shown =
    ns < SECOND
      ? {
          ns,
          decimal,
          seconds: secondsOf(ns).toString(),
          fraction: nanosOfSecond(ns).toString().padStart(9, '0'),
        }
      : // Cutting the text costs less than dividing the number.
        { ns, decimal, seconds: decimal.slice(0, -9), fraction: decimal.slice(-9) };
  return shown;
}

/** The second shown last: consecutive events often share it. */
let last: { seconds: string; zone: string; clock: Clock } | undefined;

interface Clock {
  readonly date: string;
  readonly time: string;
  /** `13:00:25.` and `2018-10-26T13:00:25.`: whole, since a text in pieces costs more to write. */
  readonly timeDot: string;
  readonly iso: string;
}

function wallClock(ns: bigint, zone: string): Clock {
  const { seconds } = textsOf(ns);
  if (last === undefined || last.seconds !== seconds || last.zone !== zone) {
    const { date, time } = clockAt(seconds, zone);
    const clock = { date, time, timeDot: `${time}.`, iso: [date, 'T', time, '.'].join('') };
    last = { seconds, zone, clock };
  }
  return last.clock;
}

function clockAt(seconds: string, zone: string): { date: string; time: string } {
  const instant = new Date(Number(seconds) * 1000);
  if (zone === UTC) {
    const text = instant.toISOString();
    const t = text.indexOf('T');
    return { date: text.slice(0, t), time: text.slice(t + 1, t + 9) };
  }
  const parts = new Map(
    formatter(zone)
      .formatToParts(instant)
      .map((p) => [p.type, p.value]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? '';
  return {
    date: `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}`,
    time: `${part('hour')}:${part('minute')}:${part('second')}`,
  };
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(zone: string): Intl.DateTimeFormat {
  let cached = formatters.get(zone);
  if (cached === undefined) {
    cached = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      calendar: 'iso8601',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    formatters.set(zone, cached);
  }
  return cached;
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/**
 * Days from 1970-01-01 in the proleptic Gregorian calendar. Calculated: `Date.UTC` reads years 0 to 99 as
 * 19xx, and setting a date's year makes V8 load the local time zone.
 */
function daysSinceEpoch(year: number, month: number, day: number): number {
  // Years begin in March here, so that a leap day is the last of one.
  const y = month <= 2 ? year - 1 : year;
  const leapDays = Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400);
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  return y * 365 + leapDays + dayOfYear - DAYS_BEFORE_EPOCH;
}

/** From 0000-03-01 to 1970-01-01. */
const DAYS_BEFORE_EPOCH = 719_468;

const DAY = 86_400_000_000_000n;

/**
 * The time at which something that expires holds no more, in nanoseconds since the epoch.
 *
 * @param text the last day (UTC) on which it holds, such as `2030-12-31`, or a time in RFC 3339
 * @returns undefined for any other text
 */
export function expiryTime(text: string): bigint | undefined {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return parseRfc3339(text);
  const midnight = parseRfc3339(`${text}T00:00:00Z`);
  return midnight === undefined ? undefined : midnight + DAY;
}

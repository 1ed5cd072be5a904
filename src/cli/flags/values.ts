import { InvalidArgumentError } from 'commander';
import {
  parseLevel,
  parseSeverity,
  SEVERITIES,
  severityOf,
  type Level,
  type Severity,
} from '../../policies/severity.ts';
import { parsePriority, PRIORITIES, type Priority } from '../../rules/priority.ts';
import { parseListen } from '../../serve/listen.ts';
import { isNetwork } from '../../util/address.ts';
import { didYouMean } from '../../util/suggest.ts';
import { expiryTime, parseRfc3339 } from '../../util/time.ts';

/** What parsing some values depends on. */
export interface ValueContext {
  /** Wall clock, milliseconds since the epoch. */
  readonly now: number;
}

/** A value that must be one of a few names. */
export function parseChoice<T extends string>(names: readonly T[]): (text: string) => T {
  return (text) => {
    const found = names.find((name) => name === text);
    if (found !== undefined) return found;
    const hint = didYouMean(text, names);
    throw new InvalidArgumentError(
      `Allowed values are ${names.join(', ')}.${hint === undefined ? '' : ` (${hint})`}`,
    );
  };
}

/** One or several of a few names, with commas between them. */
export function readNames<T extends string>(names: readonly T[]): (text: string) => readonly T[] {
  const parse = parseChoice(names);
  return (text) => [...new Set(text.split(',').map((name) => parse(name.trim())))];
}

/** The priority that a text names, in any case. @throws InvalidArgumentError, with a hint where it names a severity */
export function readPriority(text: string): Priority {
  const priority = parsePriority(text);
  if (priority !== undefined) return priority;
  const severity = parseSeverity(text);
  const hint =
    severity === undefined
      ? didYouMean(text, PRIORITIES)
      : `${severity} is a severity: --min-severity ${severity}`;
  throw new InvalidArgumentError(
    `Priorities are ${PRIORITIES.join(', ').toLowerCase()}.${hint === undefined ? '' : ` (${hint})`}`,
  );
}

/** A severity of findings to look at, by name or number. */
export function readSeverity(text: string): Severity {
  return severityOr(text, (priority) => `--min-priority ${priority.toLowerCase()}`);
}

/** A severity that a policy gives, by name or number: what a priority comes to is told. */
export function readGivenSeverity(text: string): Severity {
  return severityOr(text, (priority) => `as a severity it is ${severityOf(priority)}`);
}

function severityOr(text: string, instead: (priority: Priority) => string): Severity {
  const severity = parseSeverity(text);
  if (severity !== undefined) return severity;
  const priority = parsePriority(text);
  const hint =
    priority === undefined
      ? didYouMean(text, SEVERITIES)
      : `${priority.toLowerCase()} is a priority: ${instead(priority)}`;
  throw new InvalidArgumentError(
    `Severities are ${SEVERITIES.join(', ')}, or 0 to 7.${hint === undefined ? '' : ` (${hint})`}`,
  );
}

/** A priority of rules or a severity of policies. */
export function readLevel(text: string): Level {
  const level = parseLevel(text);
  if (level !== undefined) return level;
  const names = [...SEVERITIES, ...PRIORITIES.map((priority) => priority.toLowerCase())];
  const hint = didYouMean(text, names);
  throw new InvalidArgumentError(
    `Severities are ${SEVERITIES.join(', ')}; priorities are ` +
      `${PRIORITIES.join(', ').toLowerCase()}.${hint === undefined ? '' : ` (${hint})`}`,
  );
}

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1000,
  kb: 1000,
  kib: 1024,
  m: 1e6,
  mb: 1e6,
  mib: 1024 ** 2,
  g: 1e9,
  gb: 1e9,
  gib: 1024 ** 3,
};

/** Bytes: `1048576`, `64MiB`, `10MB`. */
function readSize(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text);
  const unit = UNITS[(match?.[2] ?? 'x').toLowerCase()];
  const size = unit === undefined ? Number.NaN : Math.floor(Number(match![1]) * unit);
  if (!Number.isSafeInteger(size) || size <= 0) {
    throw new InvalidArgumentError('Give a size such as 64MiB, 10MB or 1048576.');
  }
  return size;
}

/** Bytes, at most `limit`. */
export function readSizeUpTo(limit: number): (text: string) => number {
  return (text) => {
    const size = readSize(text);
    if (size > limit) throw new InvalidArgumentError(`At most ${limit / 1024 ** 2}MiB.`);
    return size;
  };
}

/** An address and port to listen on. */
export function readListen(text: string): string {
  if (parseListen(text) === undefined) {
    throw new InvalidArgumentError('Give an address such as 127.0.0.1:9765, [::1]:9765 or :9765.');
  }
  return text;
}

/** The URL of a path of `serve` that takes EventLists; without a path, that path is added. */
export function readAuditUrl(text: string): string {
  // The text goes into YAML and commands as it is.
  const [, server, path] =
    /^(https?:\/\/[\w.:[\]-]+)(\/audit(?:\/[\w.~%-]+)?)?\/?$/.exec(text) ?? [];
  if (server === undefined || !URL.canParse(text)) {
    throw new InvalidArgumentError(
      'Give a URL such as https://HOST:9765/audit or https://HOST:9765/audit/CLUSTER.',
    );
  }
  return server + (path ?? '/audit');
}

/** A whole number from 1. */
/** An address, a pattern or a network: what has a slash and is no network fits no address. */
export function readSourceIp(text: string): string {
  if (!text.includes('/') || isNetwork(text)) return text;
  throw new InvalidArgumentError('Networks are written 10.0.0.0/8 or fd00::/8.');
}

export function readCount(text: string): number {
  const count = /^\d{1,15}$/.test(text) ? Number(text) : 0;
  if (count < 1) throw new InvalidArgumentError('Give a whole number from 1.');
  return count;
}

/** A whole number from 0. */
export function readAmount(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('Give a whole number from 0.');
  return Number(text);
}

/** A share in percent, from 0 to 100. */
export function readPercent(text: string): number {
  const percent = /^\d{1,3}(?:\.\d{1,6})?%?$/.test(text) ? Number.parseFloat(text) : 101;
  if (percent > 100) throw new InvalidArgumentError('Give a share in percent, from 0 to 100.');
  return percent;
}

/** How many rows are shown: a whole number; 0 is for all. */
export function readLimit(text: string): number {
  return readAmount(text) || Infinity;
}

/** Text that must not be empty. */
export function readText(text: string): string {
  if (text === '') throw new InvalidArgumentError('Give a value that is not empty.');
  return text;
}

/** A date or time at which something ends. */
export function readExpiry(text: string): string {
  if (expiryTime(text) === undefined) {
    throw new InvalidArgumentError('Give a date such as 2030-12-31, or a time in RFC 3339.');
  }
  return text;
}

const DURATIONS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/**
 * A point in time as nanoseconds since the epoch: RFC 3339, a date (midnight UTC), a duration before now
 * (`90s`, `2h`, `1d12h`), `now`, `today` or `yesterday`.
 */
export function readTime(text: string, context: ValueContext): bigint {
  const exact = parseRfc3339(text.replace(/^(\d{4}-\d\d-\d\d)[ t]/, '$1T').replace(/z$/, 'Z'));
  if (exact !== undefined) return exact;
  if (/^\d{4}-\d\d-\d\d$/.test(text)) {
    const midnight = parseRfc3339(`${text}T00:00:00Z`);
    if (midnight !== undefined) return midnight;
  }
  const now = BigInt(context.now) * 1_000_000n;
  const day = 86_400_000_000_000n;
  if (text === 'now') return now;
  if (text === 'today') return now - (now % day);
  if (text === 'yesterday') return now - (now % day) - day;
  const duration = durationOf(text);
  if (duration !== undefined) return now - BigInt(duration) * 1_000_000n;
  throw new InvalidArgumentError(
    'Give a time such as 2026-01-02T15:04:05Z, a date such as 2026-01-02 (UTC), or a duration before now such as 2h.',
  );
}

/** Milliseconds of a duration such as `90s`, `2h` or `1d12h`; undefined for anything else. */
function durationOf(text: string): number | undefined {
  if (!/^(?:\d{1,9}[smhdw])+$/.test(text)) return undefined;
  let milliseconds = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+)([smhdw])/g)) {
    milliseconds += Number(amount) * DURATIONS[unit!]!;
  }
  return milliseconds;
}

/** A duration, in milliseconds. */
export function readDuration(text: string): number {
  const duration = durationOf(text);
  if (duration === undefined) {
    throw new InvalidArgumentError('Give a duration such as 5s, 2m or 1h.');
  }
  return duration;
}

/** An IANA time zone, or `local`. */
export function readTimezone(text: string): string {
  if (text === 'local') return new Intl.DateTimeFormat().resolvedOptions().timeZone;
  try {
    const zone = new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone;
    return zone === 'Etc/UTC' || zone === 'GMT' ? 'UTC' : zone;
  } catch {
    throw new InvalidArgumentError(
      'Give an IANA time zone such as UTC or Europe/Berlin, or local.',
    );
  }
}

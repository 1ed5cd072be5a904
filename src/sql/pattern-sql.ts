import { posixPattern } from '../condition/match/regex-posix.ts';
import { patternOf, quoted } from './sql-text.ts';

/** Longest pattern of a user that is handed on, and the highest count of a repetition in it. */
const MAX_PATTERN = 400;
const MAX_REPEATED = 50;

/** The same as a `glob`, where its only wildcard is `*`; undefined for others. `text` is an expression. */
export function globSql(glob: string, text: string): string | undefined {
  if (/[?[\\]/.test(glob)) return undefined;
  const parts = glob.split('*');
  if (parts.length === 1) return `${text} = ${quoted(glob)}`;
  return whole(parts.map(patternOf).join('.*'), 's', text);
}

/** The same as a `regex`; undefined for patterns that ClickHouse might read in another way, or refuse. */
export function regexSql(pattern: string, text: string): string | undefined {
  if (!/^[\x20-\x7e]*$/.test(pattern) || pattern.length > MAX_PATTERN) return undefined;
  // Classes of Unicode, single bytes, code points and quoted parts.
  if (/\\[pPCxXQ0-7bBAzZ]|\(\?/.test(pattern)) return undefined;
  for (const [, low, high] of pattern.matchAll(/\{(\d+)(?:,(\d*))?\}/g)) {
    if (Number(low) > MAX_REPEATED || Number(high ?? 0) > MAX_REPEATED) return undefined;
  }
  const posix = posixPattern(pattern);
  // Falco's `^` and `$` are those of lines; `.` is no line break.
  return posix.error === undefined ? whole(posix.pattern, 'm-s', text) : undefined;
}

/** The same as a `pmatch` with a path without wildcards; undefined for others. */
export function pathPrefixSql(path: string, text: string): string | undefined {
  if (/[?*[]/.test(path)) return undefined;
  const parts = path.split('/').filter((part) => part !== '');
  if (parts.length === 0) return '1';
  return `match(${text}, ${quoted(String.raw`\A/*${parts.map(patternOf).join('/+')}(?:/|\z)`)})`;
}

function whole(pattern: string, flags: string, text: string): string {
  return `match(${text}, ${quoted(String.raw`(?${flags})\A(?:${pattern})\z`)})`;
}

import type { Counts } from '../../activity/count/value-tally.ts';
import { isName, type ScopeOptions, type ScopeValue } from '../../engine/scope-conditions.ts';
import { userContains } from '../../outputs/card/short-name.ts';
import { number, plural } from '../../outputs/summary-text.ts';
import { redact } from '../../redact/redact.ts';
import { nearest } from '../../util/suggest.ts';
import { quoteWords } from '../../util/quote-words.ts';
import type { PartLook, ScopeLook } from './second-look.ts';

/** Values named in a message. */
const NAMED = 5;

const FLAGS: Readonly<Record<keyof ScopeOptions, string>> = {
  namespaces: '--namespace',
  users: '--user',
  verbs: '--verb',
  resources: '--resource',
  names: '--name',
  sourceIps: '--source-ip',
  userAgents: '--user-agent',
  failedOnly: '--failed-only',
  contained: '',
};

/** Names that nothing has, though something contains them: those that may be meant. */
export function containedNames({ parts, whole }: ScopeLook): ScopeValue[] {
  if (!whole) return [];
  return parts
    .filter((part) => isName(part) && part.matched === 0 && part.containing.size > 0)
    .map(({ option, value }) => ({ option, value }));
}

/** What is shown in the place of names that nothing has, one line each. Texts are untrusted. */
export function containedNotes(look: ScopeLook, contained: readonly ScopeValue[]): string[] {
  return look.parts
    .filter(({ option, value }) =>
      contained.some((each) => each.option === option && each.value === value),
    )
    .map(
      (part) => `nothing equals ${flag(part)}: shown is what contains it: ${top(part.containing)}`,
    );
}

/**
 * Which option left nothing of a log, and what it could have named. Texts are untrusted.
 *
 * @param windowFlags options of time that were given
 * @param otherFlags further options that were given and leave events out, which the look does not count
 */
export function emptyScopeNotes(
  look: ScopeLook,
  formatTime: (time: bigint) => string,
  windowFlags: readonly string[],
  otherFlags: readonly string[] = [],
): string[] {
  const { events, parts, where, inWindow, first, last, whole } = look;
  if (events === 0) return [];
  const of = `${whole ? '' : 'the first '}${number(events)} ${plural(events, 'event')}`;
  const notes: string[] = [];
  if (inWindow === 0) {
    const covers =
      last === 0n
        ? 'no event has a time'
        : `the log covers ${formatTime(first)} to ${formatTime(last)}`;
    notes.push(
      `${windowFlags.join(' and ')} left nothing of ${of}: ${covers}; --last 2h counts from its end`,
    );
  }
  // The values of one option are alternatives: only when none of them is met the option is to blame.
  const isMet = new Set(parts.filter(({ matched }) => matched > 0).map(({ option }) => option));
  for (const part of parts) {
    if (!isMet.has(part.option)) notes.push(`${flag(part)} left nothing of ${of}${others(part)}`);
  }
  if (where === 0) notes.push(`--where left nothing of ${of}`);
  if (notes.length > 0) return notes;
  const each = parts.map((part) => `${flag(part)} (${number(part.matched)})`);
  if (where !== undefined) each.push(`--where (${number(where)})`);
  if (windowFlags.length > 0) each.push(`${windowFlags.join(' and ')} (${number(inWindow)})`);
  if (each.length === 0 && otherFlags.length <= 1) {
    return [`${otherFlags[0] ?? 'the configuration'} left nothing of ${of}`];
  }
  return [`none of ${of} meets all of: ${[...each, ...otherFlags].join(', ')}`];
}

/** What the log has that may be meant. */
function others({ option, value, containing, values }: PartLook): string {
  if (option === 'failedOnly') return '';
  if (containing.size > 0) return `; the log has ${top(containing)}`;
  if (values.size === 0) return '; the log has none';
  const all = values.top().map(([name]) => name);
  // Names in short, as tables show them, are those of somebody too.
  const short = option === 'users' ? all.filter((name) => userContains(name, value)) : [];
  if (short.length > 0) return `; the log has ${short.slice(0, NAMED).map(shown).join(', ')}`;
  const near = nearest(value, all);
  if (near.length > 0) return `; near it: ${near.map(shown).join(', ')}`;
  return `; the log has ${top(values)}`;
}

function top(counts: Counts): string {
  const named = counts.top(NAMED).map(([value, count]) => `${shown(value)} (${number(count)})`);
  const rest = counts.size - named.length;
  return named.join(', ') + (rest > 0 ? ` and ${number(rest)} more` : '');
}

function flag({ option, value }: ScopeValue): string {
  return option === 'failedOnly' ? FLAGS[option] : `${FLAGS[option]} ${quoteWords([value])}`;
}

function shown(value: string): string {
  return value === '' ? "''" : redact(value);
}

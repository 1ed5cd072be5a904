import type { Correlation } from '../../rules/rule.ts';

/** What a correlation looks for, as JSON. */
export function correlationJson({ rule, keys, requireGroup, parts }: Correlation): unknown {
  const { type, timespan, atLeast, atMost, suppress, warmup, times, differs, returning } = rule;
  return {
    type,
    group_by: keys,
    require: requireGroup,
    field: parts[0]?.value ?? [],
    timespan_seconds: Number(timespan / NANOSECONDS),
    at_least: atLeast,
    at_most: Number.isFinite(atMost) ? atMost : null,
    suppress_seconds: Number(suppress / NANOSECONDS),
    warmup_seconds: Number(warmup / NANOSECONDS),
    ...(times && { times }),
    ...(differs && { differs }),
    ...(returning && { returning }),
  };
}

const NANOSECONDS = 1_000_000_000n;

/** What a correlation looks for, in a line. */
export function correlationText({ rule, keys, parts }: Correlation): string {
  const { type, timespan, atLeast, atMost, suppress, times, differs, returning } = rule;
  const seconds = (span: bigint): string => `${span / NANOSECONDS} s`;
  const counts = type === 'event_count' || type === 'value_count';
  const most = Number.isFinite(atMost) ? ` to ${atMost}` : '';
  const spanWord = returning === true ? 'not seen for' : type === 'silence' ? 'for' : 'within';
  const value = parts[0]?.value.join(', ') ?? '';
  return [
    type,
    ...(counts ? [`${atLeast}${most} or more`.replace(/( to \d+) or more$/, '$1')] : []),
    ...(type === 'silence' ? [`behind ${atLeast} events or more`] : []),
    ...(times === undefined ? [] : [`${times.join(' and ')} events`]),
    ...(value === '' ? [] : [`${differs === true ? 'the last one of another' : 'of'} ${value}`]),
    ...(keys.length === 0 ? [] : [`by ${keys.join(', ')}`]),
    ...(timespan === 0n ? [] : [`${spanWord} ${seconds(timespan)}`]),
    ...(suppress === 0n ? [] : [`then only counted for ${seconds(suppress)}`]),
  ].join(', ');
}

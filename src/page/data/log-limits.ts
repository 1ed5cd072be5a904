import type { CaseInfo } from '../../outputs/case/case-data.ts';

/** What such a log cannot show, whatever happened. Of events that were left out nothing is known. */
export function logLimits({
  activity,
  absent,
  filtered,
}: Pick<CaseInfo, 'activity' | 'absent' | 'filtered'>): string[] {
  if (activity === undefined) {
    return [`Audit levels were not counted${absent === '' ? '' : `: ${absent}`}.`];
  }
  const { levels, stages } = activity;
  if (levels.length === 0) return ['No event was looked at: what such a log holds is not known.'];
  const has = (...names: readonly string[]): boolean =>
    levels.some(({ value }) => names.includes(value));
  const limits: string[] = [];
  if (!has('RequestResponse')) {
    limits.push(
      'no answer is logged (level RequestResponse): generated names, defaults and what was read are not known.',
    );
  }
  if (!has('Request', 'RequestResponse')) {
    limits.push(
      'no body is logged (levels Request, RequestResponse): what objects were made of, what was changed in them, and which rights were given are not known.',
    );
  }
  if (!stages.some(({ value }) => value === 'ResponseStarted')) {
    limits.push(
      'no start of a long answer is logged: sessions and watches show only when they end.',
    );
  }
  return filtered.length > 0
    ? limits.map((text) => `Of the events that were looked at, ${text}`)
    : limits.map((text) => `N${text.slice(1)}`);
}

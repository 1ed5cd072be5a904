import type { BlindSpots } from '../../engine/blind.ts';
import { escapeTerminal } from '../../outputs/encode/escape.ts';
import { number, plural } from '../../outputs/summary-text.ts';

/** Resources listed for one rule. */
const MAX_RESOURCES = 6;

/** What the summary says of rules that lacked evidence. */
export function blindNotes(blind: BlindSpots, explained: boolean): string[] {
  const rules = blind.list().length;
  if (rules === 0) return [];
  const more = explained ? '' : ' (scan --explain-blind lists them)';
  return [
    `${number(rules)} ${plural(rules, 'rule')} could not be decided on ${number(blind.events)} ` +
      `${plural(blind.events, 'event')}: ${missingText(blind)}${more}`,
  ];
}

/** What the events lack: `bodies not logged`, or names of values. */
function missingText(blind: BlindSpots): string {
  const parts = new Set(blind.list().flatMap(({ missing }) => missing.map(({ part }) => part)));
  const values = [...parts].filter((part) => part !== 'bodies');
  return [
    ...(parts.has('bodies') ? ['bodies not logged'] : []),
    ...(values.length > 0 ? [`missing ${values.join(', ')}`] : []),
  ].join('; ');
}

/** What the summary says of events that were read twice. */
export function duplicateNotes(duplicates: number, dropped: boolean): string[] {
  if (duplicates === 0) return [];
  const what = `${number(duplicates)} ${plural(duplicates, 'event')}`;
  return dropped ? [] : [`${what} were read before (same audit ID, stage and time; --dedupe)`];
}

/** Rules, and the resources on which something was missing, a line each. */
export function explainBlind(blind: BlindSpots): string {
  const rules = blind.list();
  if (rules.length === 0) return 'every rule could be decided on every event\n';
  const lines = rules.map(({ rule, events, missing, resources }) => {
    const shown = resources.slice(0, MAX_RESOURCES);
    const rest = resources.length - shown.length;
    const list = shown.map(({ resource, events: count }) => `${resource} ${number(count)}`);
    if (rest > 0) list.push(`and ${rest} more`);
    const parts = missing.map(({ part }) => part);
    const lacking = parts.join() === 'bodies' ? '' : ` (missing ${parts.join(', ')})`;
    return `  ${number(events).padStart(8)}  ${rule}: ${list.join(', ')}${lacking}`;
  });
  const head = 'undecided, because bodies or values are missing (events, rule: resources):';
  return `${[head, ...lines].map(escapeTerminal).join('\n')}\n`;
}

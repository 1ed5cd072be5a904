import type { BlindSpots } from '../../engine/blind.ts';
import { escapeTerminal } from '../../outputs/encode/escape.ts';
import { number, plural } from '../../outputs/summary-text.ts';

/** Resources listed for one rule. */
const MAX_RESOURCES = 6;

/** What the summary says of rules that lacked evidence. */
export function blindNotes(blind: BlindSpots, explained: boolean): string[] {
  const rules = blind.list().length;
  if (rules === 0) return [];
  const more = explained ? '' : ' (--explain-blind lists them)';
  return [
    `${number(rules)} ${plural(rules, 'rule')} could not be decided on ${number(blind.events)} ` +
      `${plural(blind.events, 'event')}: bodies not logged${more}`,
  ];
}

/** What the summary says of events that were read twice. */
export function duplicateNotes(duplicates: number, dropped: boolean): string[] {
  if (duplicates === 0) return [];
  const what = `${number(duplicates)} ${plural(duplicates, 'event')}`;
  return dropped ? [] : [`${what} were read before (same audit ID, stage and time; --dedupe)`];
}

/** Rules and resources on which bodies were missing, a line each. */
export function explainBlind(blind: BlindSpots): string {
  const rules = blind.list();
  if (rules.length === 0) return 'every rule could be decided on every event\n';
  const lines = rules.map(({ rule, events, resources }) => {
    const shown = resources.slice(0, MAX_RESOURCES);
    const rest = resources.length - shown.length;
    const list = shown.map(({ resource, events: count }) => `${resource} ${number(count)}`);
    if (rest > 0) list.push(`and ${rest} more`);
    return `  ${number(events).padStart(8)}  ${rule}: ${list.join(', ')}`;
  });
  const head = 'undecided, because bodies were not logged (events, rule: resources):';
  return `${[head, ...lines].map(escapeTerminal).join('\n')}\n`;
}

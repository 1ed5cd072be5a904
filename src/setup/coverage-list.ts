import type { RecordList } from '../outputs/table/record-list.ts';
import { gapGroups, type RuleCoverage } from './coverage.ts';
import type { Level } from './levels.ts';

/** One gap of one rule, as a row. */
export interface GapRow {
  readonly rule: string;
  readonly priority: RuleCoverage['rule']['priority'];
  readonly state: RuleCoverage['state'];
  readonly gap: string;
  readonly verbs: readonly string[];
  readonly resources: readonly string[];
  readonly level: Level;
  readonly line: number | undefined;
  readonly reason: string;
}

/** Resources named in a row; the rest is counted. */
const MAX_NAMED = 6;

/** All gaps, blind rules first, else in rule order. */
export function gapRows(coverage: readonly RuleCoverage[]): GapRow[] {
  const order = { blind: 0, partly: 1, ok: 2 };
  return coverage
    .filter(({ state }) => state !== 'ok')
    .toSorted((a, b) => order[a.state] - order[b.state])
    .flatMap(({ rule, state, gaps }) =>
      gapGroups(gaps).map(({ gap, verbs, resources, level, line, reason }) => {
        const { name, priority } = rule;
        return { rule: name, priority, state, gap, verbs, resources, level, line, reason };
      }),
    );
}

export const GAP_LIST: RecordList<GapRow> = {
  name: 'gaps',
  columns: [
    {
      title: 'STATE',
      key: 'state',
      value: ({ state }) => state,
      minimum: 6,
      maximum: 6,
      paint:
        ({ state }, paint) =>
        (line) =>
          paint.priority(state === 'blind' ? 'Error' : 'Warning', line),
    },
    {
      title: 'RULE',
      key: 'rule',
      value: ({ rule }) => rule,
      minimum: 14,
      maximum: 50,
    },
    {
      title: 'REQUESTS',
      key: 'resources',
      value: ({ resources }) => resources,
      text: ({ verbs, resources }) => `${listed(verbs)} ${listed(resources)}`,
      minimum: 14,
    },
    {
      title: 'LEVEL',
      key: 'level',
      value: ({ level }) => level,
      minimum: 8,
      maximum: 15,
    },
    { title: 'BECAUSE', key: 'reason', value: ({ reason }) => reason, minimum: 12, maximum: 60 },
    { title: '', key: 'verbs', value: ({ verbs }) => verbs },
    { title: '', key: 'priority', value: ({ priority }) => priority },
    { title: '', key: 'gap', value: ({ gap }) => gap },
    { title: '', key: 'policy_line', value: ({ line }) => line },
  ],
};

function listed(values: readonly string[]): string {
  const shown = values.slice(0, MAX_NAMED);
  const rest = values.length - shown.length;
  return shown.join(',') + (rest > 0 ? ` and ${rest} more` : '');
}

import type { ComponentChild } from 'preact';
import type { CaseRule } from '../../outputs/case/case-data.ts';
import { SEVERITIES } from '../../policies/severity.ts';
import { PRIORITIES } from '../../rules/priority.ts';
import { parts } from '../data/case-table.ts';
import { ALL } from '../data/case-view.ts';
import { number, plural } from '../data/wording.ts';
import { caseInfo, findingsComplete, table, view } from '../state.ts';
import { RuleText } from './rule-text.tsx';
import { Badge } from '../parts/shown-parts.tsx';

/** Rules that fired, with all that they say; then those that stayed silent, and those that are off. */
export function RulesView(): ComponentChild {
  const { rules, notes } = caseInfo.value!;
  const rank = ({ severity, priority }: CaseRule): number =>
    (severity === undefined ? SEVERITIES.length : SEVERITIES.indexOf(severity)) *
      PRIORITIES.length +
    PRIORITIES.indexOf(priority);
  const fired = rules
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => rank(a) - rank(b) || b.count - a.count || (a.name < b.name ? -1 : 1));
  const silent = rules.filter(({ count, enabled }) => count === 0 && enabled);
  const off = rules.filter(({ count, enabled }) => count === 0 && !enabled);
  const blind = notes.filter((note) => note.includes('could not be decided'));
  const policies = policiesByRule();
  return (
    <>
      {blind.map((note) => (
        <p class="warning" key={note}>
          {note}
        </p>
      ))}
      <h2>
        {number(fired.length)} {plural(fired.length, 'rule')} fired
      </h2>
      {fired.map((rule) => (
        <details class="rule" key={rule.name}>
          <summary>
            <Badge severity={rule.severity ?? 'info'} /> <span>{rule.name}</span>{' '}
            <b>{number(rule.count)}</b>
          </summary>
          <Facts rule={rule} policies={policies.get(rule.name) ?? []} />
          <RuleText rule={rule} heading={undefined} />
        </details>
      ))}
      <Others title="Rules that found nothing" rules={silent} />
      <Others title="Rules that are off" rules={off} />
    </>
  );
}

function Facts({
  rule,
  policies,
}: {
  readonly rule: CaseRule;
  readonly policies: readonly string[];
}): ComponentChild {
  return (
    <p class="dim">
      {rule.priority}
      {policies.length > 0 && `, ${policies.join(', ')}`}
      {rule.tags.length > 0 && `, ${rule.tags.join(' ')}`}
      {rule.file !== '' && `, ${rule.file}`}{' '}
      <button
        type="button"
        onClick={() => {
          view.value = { ...ALL, is: [{ field: 'rule', value: rule.name }] };
        }}
      >
        Show its findings
      </button>
    </p>
  );
}

function Others({
  title,
  rules,
}: {
  readonly title: string;
  readonly rules: readonly CaseRule[];
}): ComponentChild {
  if (rules.length === 0) return null;
  return (
    <details class="others">
      <summary>
        {title}: {number(rules.length)}
      </summary>
      {rules.map((rule) => (
        <details class="rule" key={rule.name}>
          <summary>
            <span>{rule.name}</span>
          </summary>
          <RuleText rule={rule} heading={undefined} />
        </details>
      ))}
    </details>
  );
}

/** The policies that covered the findings of each rule, in alphabetical order. */
function policiesByRule(): Map<string, string[]> {
  const found = new Map<string, Set<string>>();
  const { texts, rows } = table.value!;
  const { rule, policies } = texts;
  if (!findingsComplete.value || rule === undefined || policies === undefined) return new Map();
  const seen = new Set<string>();
  for (let row = 0; row < rows; row++) {
    const key = `${rule.at[row]!} ${policies.at[row]!}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const name = rule.values[rule.at[row]!]!;
    const names = found.get(name) ?? new Set();
    for (const each of parts(policies.values[policies.at[row]!]!)) names.add(each);
    found.set(name, names);
  }
  return new Map([...found].map(([name, names]) => [name, [...names].toSorted()]));
}

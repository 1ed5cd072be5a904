import { useComputed, useSignal } from '@preact/signals';
import type { ComponentChild } from 'preact';
import { escapePage } from '../../outputs/encode/escape.ts';
import { MOST_ACCEPTED } from '../../outputs/card/tried-change.ts';
import { listOf, textOf, type CaseTable } from '../data/case-table.ts';
import { number, plural } from '../data/wording.ts';
import { findingsComplete, rows as listed } from '../state.ts';
import { baselineText, Looking, WhyFields } from './accept-form.tsx';
import { isLooking, loadBaseline, shownFinding, tryKnown } from './accept-state.ts';

/** The choice of all rules; no rule has an empty name. */
const EVERY_RULE = '';

interface Shown {
  readonly table: CaseTable;
  readonly rows: Uint32Array;
}

/** Accepts all findings that the list shows, in one step: each as it is, in the baseline. */
export function AcceptShown({ table, rows }: Shown): ComponentChild {
  const isOpen = useSignal(false);
  if (rows.length === 0) return null;
  return (
    <details
      class="accept"
      onToggle={(event) => {
        isOpen.value = event.currentTarget.open;
        if (isOpen.value) void loadBaseline();
      }}
    >
      <summary>Accept the findings that are shown …</summary>
      {isOpen.value && <AcceptShownForm table={table} />}
    </details>
  );
}

function AcceptShownForm({ table }: Pick<Shown, 'table'>): ComponentChild {
  const counts = useComputed(() => countsByRule({ table, rows: listed.value }));
  const asked = useSignal<string | undefined>(undefined);
  const reason = useSignal('');
  const expires = useSignal('');
  const all = counts.value.reduce((sum, [, count]) => sum + count, 0);
  const isThere = asked.value === EVERY_RULE || counts.value.some(([name]) => name === asked.value);
  // What another rule found in the same events is accepted only when it is asked for.
  const rule = (isThere ? asked.value : counts.value[0]?.[0]) ?? EVERY_RULE;
  const count =
    rule === EVERY_RULE ? all : (counts.value.find(([name]) => name === rule)?.[1] ?? 0);
  const isTooMany = count > MOST_ACCEPTED;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        const findings = findingsOf({ table, rows: listed.peek() }, rule);
        void tryKnown(findings, { reason: reason.value, expires: expires.value || undefined });
      }}
    >
      <label>
        The findings of
        <select
          value={rule}
          onChange={(event) => {
            asked.value = event.currentTarget.value;
          }}
        >
          {counts.value.map(([name, of]) => (
            <option key={name} value={name}>
              {escapePage(name)} ({number(of)})
            </option>
          ))}
          {counts.value.length > 1 && (
            <option value={EVERY_RULE}>all these rules ({number(all)})</option>
          )}
        </select>
      </label>
      <p>
        {number(count)} {plural(count, 'finding')}, each exactly as it is, whenever it happens
        again: the same rule, user, verb, object, outcome and evidence. {baselineText('Each')}
      </p>
      {isTooMany && (
        <p role="alert">
          {number(MOST_ACCEPTED)} at most in one step: search, or choose values, to show fewer.
        </p>
      )}
      <WhyFields reason={reason} expires={expires} />
      <button type="submit" disabled={isTooMany || isLooking.value || !findingsComplete.value}>
        Try it
      </button>
      <Looking />
    </form>
  );
}

function rulesOf(table: CaseTable, row: number): readonly string[] {
  return [textOf(table, 'rule', row), ...listOf(table, 'others', row)];
}

/** The rules that found the events of rows, and how many findings each has there; the most first. */
function countsByRule({ table, rows }: Shown): readonly (readonly [rule: string, count: number])[] {
  const counts = new Map<string, number>();
  for (const row of rows) {
    for (const rule of rulesOf(table, row)) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  }
  return [...counts].toSorted(([a, one], [b, other]) => other - one || (a < b ? -1 : 1));
}

function findingsOf({ table, rows }: Shown, rule: string): ReturnType<typeof shownFinding>[] {
  return [...rows].flatMap((row) =>
    rulesOf(table, row)
      .filter((name) => rule === EVERY_RULE || name === rule)
      .map((name) => shownFinding(table, row, name)),
  );
}

import { useSignal } from '@preact/signals';
import type { ComponentChild } from 'preact';
import { textOf, type CaseTable } from '../data/case-table.ts';
import { acceptedCondition } from '../data/commands.ts';
import { goTo } from '../state.ts';
import { loadSwitches, pending, setPending, switches } from './change-state.ts';

/** Accepts findings like one: the change is tried on the log and written like others. */
export function AcceptForm({
  table,
  row,
}: {
  readonly table: CaseTable;
  readonly row: number;
}): ComponentChild {
  const condition = useSignal(acceptedCondition(table, row) ?? '');
  const reason = useSignal('');
  const expires = useSignal('');
  const rule = textOf(table, 'rule', row);
  if (acceptedCondition(table, row) === undefined) return null;
  return (
    <details class="accept">
      <summary>Accept findings like this one …</summary>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (switches.peek() === undefined) void loadSwitches();
          setPending([
            ...pending.value,
            {
              kind: 'accept',
              rule,
              condition: condition.value,
              reason: reason.value,
              expires: expires.value,
            },
          ]);
          goTo('changes');
        }}
      >
        <label>
          Of {rule}, where
          <input
            required
            value={condition.value}
            onInput={(event) => {
              condition.value = event.currentTarget.value;
            }}
          />
        </label>
        <label>
          Reason
          <input
            required
            pattern=".*\S.*"
            placeholder="the backup job"
            value={reason.value}
            onInput={(event) => {
              reason.value = event.currentTarget.value;
            }}
          />
        </label>
        <label>
          Last day, if it ends
          <input
            type="date"
            value={expires.value}
            onInput={(event) => {
              expires.value = event.currentTarget.value;
            }}
          />
        </label>
        <button type="submit">Try it</button>
      </form>
    </details>
  );
}

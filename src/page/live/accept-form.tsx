import { useSignal } from '@preact/signals';
import type { ComponentChild } from 'preact';
import { escapePage } from '../../outputs/encode/escape.ts';
import { listOf, textOf, type CaseTable } from '../data/case-table.ts';
import { acceptedCondition } from '../data/commands.ts';
import { findingsComplete } from '../state.ts';
import {
  acceptProblem,
  baseline,
  isLooking,
  loadBaseline,
  tryChange,
  tryKnown,
} from './accept-state.ts';

/** Accepts a finding, or all like it: the change is tried on the log and written like others. */
export function AcceptForm({
  table,
  row,
}: {
  readonly table: CaseTable;
  readonly row: number;
}): ComponentChild {
  const text = (name: Parameters<typeof textOf>[1]): string => textOf(table, name, row);
  const first = acceptedCondition(table, row);
  const way = useSignal<'exact' | 'like'>('exact');
  const rule = useSignal(text('rule'));
  const condition = useSignal(first ?? '');
  const reason = useSignal('');
  const expires = useSignal('');
  const isLike = way.value === 'like';
  const submit = (): void => {
    const accepted = { reason: reason.value, expires: expires.value || undefined };
    if (isLike) {
      tryChange({ kind: 'accept', rule: rule.value, condition: condition.value, ...accepted });
      return;
    }
    const [id, file, line] = [text('id'), text('file'), text('line')];
    void tryKnown({ rule: rule.value, id, file, line }, accepted);
  };
  return (
    <details
      class="accept"
      onToggle={(event) => {
        if (event.currentTarget.open) void loadBaseline();
      }}
    >
      <summary>Accept this finding, or all like it …</summary>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <RuleChoice
          names={[text('rule'), ...listOf(table, 'others', row)]}
          chosen={rule.value}
          choose={(name) => {
            rule.value = name;
          }}
        />
        <fieldset>
          <legend>What is accepted</legend>
          <label class="way">
            <input
              type="radio"
              name="way"
              checked={!isLike}
              onChange={() => {
                way.value = 'exact';
              }}
            />
            <span>
              <b>This finding exactly</b>, whenever it happens again: the same rule, user, verb,
              object, outcome and evidence. {baselineText()}
            </span>
          </label>
          {first !== undefined && (
            <label class="way">
              <input
                type="radio"
                name="way"
                checked={isLike}
                onChange={() => {
                  way.value = 'like';
                }}
              />
              <span>
                <b>Every finding like it</b>: all of the rule for which a condition holds, whatever
                else differs. It becomes an entry of <code>ignore:</code> in the configuration.
              </span>
            </label>
          )}
        </fieldset>
        {isLike && (
          <label>
            Of {rule.value}, where
            <input
              required
              value={condition.value}
              onInput={(event) => {
                condition.value = event.currentTarget.value;
              }}
            />
          </label>
        )}
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
        <button type="submit" disabled={isLooking.value || !findingsComplete.value}>
          Try it
        </button>
        <p role="status">{isLooking.value ? 'looking for it in the log …' : ''}</p>
        {acceptProblem.value !== '' && <p role="alert">{acceptProblem.value}</p>}
      </form>
    </details>
  );
}

/** Where an exact finding is kept. */
function baselineText(): string {
  if (baseline.value === undefined) return 'It goes into the baseline.';
  const { file, isNew } = baseline.value;
  return isNew
    ? `It goes into a new baseline, ${escapePage(file)}, and the configuration names that file from then on.`
    : `It goes into the baseline ${escapePage(file)}.`;
}

/** Several rules may have found the same event: each finding is accepted by itself. */
function RuleChoice({
  names,
  chosen,
  choose,
}: {
  readonly names: readonly string[];
  readonly chosen: string;
  readonly choose: (name: string) => void;
}): ComponentChild {
  if (names.length === 1) return null;
  return (
    <label>
      The finding of
      <select value={chosen} onChange={(event) => choose(event.currentTarget.value)}>
        {names.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

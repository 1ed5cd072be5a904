import { useSignal, type Signal } from '@preact/signals';
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
  shownFinding,
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
    void tryKnown([shownFinding(table, row, rule.value)], accepted);
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
              object, outcome and evidence. {baselineText('It')}
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
        <WhyFields reason={reason} expires={expires} />
        <button type="submit" disabled={isLooking.value || !findingsComplete.value}>
          Try it
        </button>
        <Looking />
      </form>
    </details>
  );
}

/** Why findings are accepted, and until when. */
export function WhyFields({
  reason,
  expires,
}: {
  readonly reason: Signal<string>;
  readonly expires: Signal<string>;
}): ComponentChild {
  return (
    <>
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
    </>
  );
}

/** How asking the log for findings goes. */
export function Looking(): ComponentChild {
  return (
    <>
      <p role="status">{isLooking.value ? 'looking in the log …' : ''}</p>
      {acceptProblem.value !== '' && (
        <pre role="alert" tabIndex={0}>
          {acceptProblem.value}
        </pre>
      )}
    </>
  );
}

/** Where findings are kept that are accepted exactly as they are. @param what begins the sentence */
export function baselineText(what: 'It' | 'Each'): string {
  if (baseline.value === undefined) return `${what} goes into the baseline.`;
  const { file, isNew } = baseline.value;
  return isNew
    ? `${what} goes into a new baseline, ${escapePage(file)}, and the configuration names that file from then on.`
    : `${what} goes into the baseline ${escapePage(file)}.`;
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

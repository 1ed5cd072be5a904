import { useSignal } from '@preact/signals';
import type { ComponentChild } from 'preact';
import { useEffect } from 'preact/hooks';
import { escapePage } from '../../outputs/encode/escape.ts';
import { number, plural } from '../data/wording.ts';
import {
  effect,
  isOn,
  isWriting,
  loadSwitches,
  switches,
  toggle,
  type PolicySwitch,
  type RuleSwitch,
} from './change-state.ts';
import { ChangesPanel } from './changes-panel.tsx';

/** Policies and rules with their switches, and what switching them does. */
export function SwitchesView(): ComponentChild {
  useEffect(() => {
    if (switches.peek() === undefined) void loadSwitches();
  }, []);
  const all = switches.value;
  return (
    <>
      <ChangesPanel />
      {all === undefined ? (
        <p class="dim">Reading rules …</p>
      ) : (
        <>
          <Policies policies={all.policies} />
          <Rules rules={all.rules} />
        </>
      )}
    </>
  );
}

function Policies({ policies }: { readonly policies: readonly PolicySwitch[] }): ComponentChild {
  return (
    <>
      <h2>Policies</h2>
      <ul class="switches" aria-label="Policies">
        {policies.map(({ name, on, severity, description, rules }) => (
          <li key={name}>
            <Switch kind="policy" name={name} was={on} />
            <span class="dim">
              {severity === '' ? 'severity by rule' : severity}, {number(rules)}{' '}
              {plural(rules, 'rule')}
            </span>
            <span class="about">{escapePage(description)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

function Rules({ rules }: { readonly rules: readonly RuleSwitch[] }): ComponentChild {
  const search = useSignal('');
  const isFound = useSignal(false);
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  const counts = new Map(effect.value?.watched.map(({ rule, findings }) => [rule, findings]));
  const changed = new Map(effect.value?.rules.map((each) => [each.rule, each]));
  const found = rules.filter(({ name, on, description, policies, priority }) => {
    // What is switched stays in sight.
    const isShown =
      !isFound.value ||
      (counts.get(name) ?? 0) > 0 ||
      changed.has(name) ||
      isOn('rule', name, on) !== on;
    if (!isShown) return false;
    const text = [name, description, priority, ...policies].join('\n').toLowerCase();
    return words.every((word) => text.includes(word));
  });
  return (
    <>
      <h2>Rules</h2>
      <input
        type="search"
        id="search"
        aria-label="Search rules"
        placeholder="Search rules ( / )"
        value={search.value}
        onInput={(event) => {
          search.value = event.currentTarget.value;
        }}
      />{' '}
      <label class="found">
        <input
          type="checkbox"
          checked={isFound.value}
          onChange={(event) => {
            isFound.value = event.currentTarget.checked;
          }}
        />{' '}
        with findings
      </label>{' '}
      <output class="dim">
        {number(found.length)} of {number(rules.length)}
      </output>
      <ul class="switches" aria-label="Rules">
        {found.map(({ name, on, priority, description, policies, own }) => {
          const count = counts.get(name);
          const before = changed.get(name)?.before;
          return (
            <li key={name}>
              <Switch kind="rule" name={name} was={on} />
              <span class="dim">
                {priority.toLowerCase()}
                {own && ', yours'}
                {count !== undefined && (
                  <>
                    ,{' '}
                    <b>
                      {before !== undefined && before !== count && `${number(before)} → `}
                      {number(count)}
                    </b>{' '}
                    {plural(count, 'finding')}
                  </>
                )}
              </span>
              <span class="about" title={escapePage(policies.join(', '))}>
                {escapePage(description)}
              </span>
            </li>
          );
        })}
      </ul>
    </>
  );
}

function Switch({
  kind,
  name,
  was,
}: {
  readonly kind: 'policy' | 'rule';
  readonly name: string;
  readonly was: boolean;
}): ComponentChild {
  const on = isOn(kind, name, was);
  return (
    <label class={on === was ? 'switch' : 'switch changed'}>
      <input
        type="checkbox"
        role="switch"
        checked={on}
        disabled={isWriting.value}
        onChange={(event) => toggle(kind, name, event.currentTarget.checked, was)}
      />{' '}
      {escapePage(name)}
    </label>
  );
}

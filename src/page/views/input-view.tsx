import type { ComponentChild } from 'preact';
import type { CaseCount } from '../../outputs/case-sections.ts';
import type { CaseProblem } from '../../outputs/case/case-data.ts';
import { logLimits } from '../data/log-limits.ts';
import { bytes, number, plural } from '../data/wording.ts';
import { caseInfo, findingsComplete, table } from '../state.ts';
import { BlindRules } from './blind-rules.tsx';
import { Fact, Value } from '../parts/shown-parts.tsx';

/** Values of one kind, and inputs that are listed at once. */
const MAX_SEEN = 100;
const FEW_INPUTS = 12;

/** What was read, what was not, and what this page and the log cannot show. */
export function InputView(): ComponentChild {
  const info = caseInfo.value!;
  const more = info.inputCount - info.inputs.length;
  return (
    <>
      <h2>What was read</h2>
      <dl>
        <Fact name="Events">
          {number(info.events)}, {number(info.eventsWithFindings)} with findings
        </Fact>
        <Fact name="Lines">
          {number(info.lines)}, {number(info.blankLines)} blank, {bytes(info.bytes)}
        </Fact>
        <Fact name="Time">
          {info.first !== '' && `${info.first} to ${info.last} ${info.timezone}`}
        </Fact>
        <Fact name="Audit levels">{info.activity && countsText(info.activity.levels)}</Fact>
        <Fact name="Stages">{info.activity && countsText(info.activity.stages)}</Fact>
        <Fact name="Stages with findings">
          {seen('stage').map((stage) => (
            <Value key={stage} field="stage" value={stage} />
          ))}
        </Fact>
        <Fact name="Clusters with findings">
          {seen('cluster').map((cluster) => (
            <Value key={cluster} field="cluster" value={cluster} />
          ))}
        </Fact>
      </dl>
      <Limits />
      <BlindRules />
      <h2>Inputs</h2>
      <details open={info.inputs.length <= FEW_INPUTS}>
        <summary>
          {number(info.inputCount)} {plural(info.inputCount, 'input')}
        </summary>
        <ul>
          {info.inputs.map((name) => (
            <li key={name}>
              <Value field="file" value={name} />
            </li>
          ))}
          {more > 0 && <li>and {number(more)} more</li>}
        </ul>
      </details>
      {info.problems.map(({ title, problems }) => (
        <Problems key={title} title={title} problems={problems} />
      ))}
      <Problems title="Events left out" problems={info.filtered} />
      <Notes />
      <p class="dim">Made by k8s-audit {info.version}.</p>
    </>
  );
}

/** Different values of a column that is beside the list. */
function seen(name: 'stage' | 'cluster'): readonly string[] {
  if (!findingsComplete.value) return [];
  const values = table.value!.texts[name]?.values ?? [];
  return [...new Set(values)].filter((text) => text !== '').slice(0, MAX_SEEN);
}

function countsText(counts: readonly CaseCount[]): string {
  return counts.map(({ value, count }) => `${value} ${number(count)}`).join(', ');
}

function Limits(): ComponentChild {
  return (
    <>
      <h2>What this log cannot show</h2>
      <ul>
        {logLimits(caseInfo.value!).map((text) => (
          <li key={text}>{text}</li>
        ))}
        <li>
          What is typed in a session, what runs inside containers, and what does not go through the
          API server.
        </li>
        <li>What the audit policy leaves out: k8s-audit setup tells which rules need what.</li>
      </ul>
    </>
  );
}

function Problems({
  title,
  problems,
}: {
  readonly title: string;
  readonly problems: readonly CaseProblem[];
}): ComponentChild {
  if (problems.length === 0) return null;
  return (
    <>
      <h2>{title}</h2>
      <ul>
        {problems.map(({ text, count, places }) => (
          <li key={text}>
            <b>{number(count)}</b>: {text}
            {places.length > 0 && (
              <ul>
                {places.map((place) => (
                  <li key={place}>{place}</li>
                ))}
              </ul>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

function Notes(): ComponentChild {
  const { notes, dropped, withoutRequest, showsSecrets } = caseInfo.value!;
  const own = [
    ...(dropped > 0
      ? [
          `${number(dropped)} events with findings, none more severe than those here, are only counted: this page is full.`,
        ]
      : []),
    ...(withoutRequest > 0
      ? [`${number(withoutRequest)} events with findings are here without the event itself.`]
      : []),
    showsSecrets
      ? 'Credentials are shown as they were logged (--show-secrets).'
      : 'Credentials are redacted, as far as they can be told.',
  ];
  return (
    <>
      <h2>Notes</h2>
      <ul>
        {[...notes, ...own].map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
    </>
  );
}

import type { ComponentChild } from 'preact';
import type {
  Change,
  KnownEntry,
  WatchedEffect as Effect,
} from '../../outputs/card/tried-change.ts';
import { escapePage } from '../../outputs/encode/escape.ts';
import { number, plural } from '../data/wording.ts';
import {
  changeProblem,
  difference,
  effect,
  isCounting,
  isWriting,
  pending,
  setPending,
  showDifference,
  writeDifference,
  written,
} from './change-state.ts';

/** What was changed and is not written, what it does to the findings, and the way to write it. */
export function ChangesPanel(): ComponentChild {
  const changes = pending.value;
  const found = effect.value;
  const hasText = changes.length > 0 || written.value !== '' || changeProblem.value !== '';
  return (
    <section class="changes-panel" aria-label="Changes">
      {changes.length > 0 && (
        <ul aria-label="Not written yet">
          {changes.map((change, index) => (
            <li key={`${index} ${words(change)}`}>
              {words(change)}{' '}
              <button
                type="button"
                aria-label={`Take back: ${words(change)}`}
                disabled={isWriting.value}
                onClick={() => setPending(changes.toSpliced(index, 1))}
              >
                ×
              </button>
            </li>
          ))}
        </ul>
      )}
      <p role="status" class="effect">
        {isCounting.value
          ? 'reading the log…'
          : changes.length > 0 && found !== undefined && effectText(found)}
        {written.value !== '' && ` ${escapePage(written.value)}.`}
      </p>
      {changeProblem.value !== '' && (
        <pre role="alert" tabIndex={0}>
          {changeProblem.value}
        </pre>
      )}
      {changes.length > 0 && difference.value === undefined && (
        <button type="button" onClick={() => void showDifference()}>
          Show what would be written
        </button>
      )}
      {difference.value !== undefined && <Files />}
      {changes.length > 0 && !isCounting.value && found !== undefined && (
        <EffectDetails found={found} />
      )}
      {!hasText && (
        <p class="dim">Nothing is changed. What you change is tried on the log first.</p>
      )}
    </section>
  );
}

/** What a change is, in words. */
function words(change: Change): string {
  switch (change.kind) {
    case 'policy':
    case 'rule':
      return escapePage(`${change.kind} ${change.name}: ${change.on ? 'on' : 'off'}`);
    case 'accept':
      return escapePage(`accept ${change.rule} where ${change.condition}`);
    case 'known':
      return escapePage(`accept ${entriesWords(change.entries)}, whenever it happens`);
    case 'rules':
      return escapePage(`text of ${change.file}`);
  }
}

/** Entries of a baseline that are named; others are counted. */
const NAMED_ENTRIES = 5;

function entriesWords(entries: readonly KnownEntry[]): string {
  const named = entries.slice(0, NAMED_ENTRIES).map((entry) => entryWords(entry));
  const rest = entries.length - named.length;
  return [...named, ...(rest > 0 ? [`and ${number(rest)} more`] : [])].join('; ');
}

function entryWords({ rule, user = '', verb = '', object = '' }: KnownEntry): string {
  return [`${rule}:`, user, verb, object].filter((word) => word !== '').join(' ');
}

function effectText({ before, after, fewer, more, grown }: Effect): string {
  const come = grown ? ' The log has grown meanwhile: what came is counted with the changes.' : '';
  const amounts =
    fewer + more === 0
      ? `No finding comes or goes: ${number(after)} as before.`
      : `${number(fewer)} ${plural(fewer, 'finding')} fewer, ${number(more)} more: ` +
        `${number(before)} before, ${number(after)} then.`;
  return amounts + come;
}

function EffectDetails({ found }: { readonly found: Effect }): ComponentChild {
  if (found.rules.length === 0) return null;
  return (
    <details>
      <summary>By rule, and which</summary>
      <table>
        <thead>
          <tr>
            <th scope="col">Rule</th>
            <th scope="col" class="number">
              Before
            </th>
            <th scope="col" class="number">
              Then
            </th>
          </tr>
        </thead>
        <tbody>
          {found.rules.map(({ rule, before, after }) => (
            <tr key={rule}>
              <td>{escapePage(rule)}</td>
              <td class="number">{number(before)}</td>
              <td class="number">{number(after)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <Findings title="Go" rows={found.gone} all={found.fewer} />
      <Findings title="Come" rows={found.come} all={found.more} />
    </details>
  );
}

function Findings({
  title,
  rows,
  all,
}: {
  readonly title: string;
  readonly rows: Effect['gone'];
  readonly all: number;
}): ComponentChild {
  if (rows.length === 0) return null;
  return (
    <>
      <h3>
        {title}: {number(rows.length)} of {number(all)}
      </h3>
      <ul class="plain">
        {rows.map(({ time, rule, user, place, auditId }, index) => (
          <li key={index}>{escapePage(`${time} ${rule}: ${user} (${place}, ${auditId})`)}</li>
        ))}
      </ul>
    </>
  );
}

/** The difference, as files will have it, and the question whether that is meant. */
function Files(): ComponentChild {
  const { files } = difference.value!;
  if (files.length === 0) return <p>The files say so already: there is nothing to write.</p>;
  const names = files.map(({ name }) => escapePage(name)).join(' and ');
  return (
    <>
      {files.map(({ name, diff }) => (
        <pre key={name} class="patch" tabIndex={0} aria-label={`Difference in ${escapePage(name)}`}>
          {diff
            .trimEnd()
            .split('\n')
            .map((line, index) => (
              <span key={index} class={KINDS[line.charAt(0)]}>
                {`${escapePage(line)}\n`}
              </span>
            ))}
        </pre>
      ))}
      <p class="buttons">
        <button
          type="button"
          class="write"
          disabled={isWriting.value}
          onClick={() => void writeDifference()}
        >
          Write {names}
        </button>
        <button
          type="button"
          disabled={isWriting.value}
          onClick={() => {
            difference.value = undefined;
          }}
        >
          Not yet
        </button>
      </p>
    </>
  );
}

const KINDS: Readonly<Record<string, string>> = { '-': 'before', '+': 'after', '@': 'dim' };

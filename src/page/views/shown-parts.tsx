import type { ComponentChild, ComponentChildren } from 'preact';
import type { Severity } from '../../policies/severity.ts';
import { FIELDS, withTerm, type FieldName } from '../data/case-view.ts';
import { said, view } from '../state.ts';

/** A severity in its colour. */
export function Badge({ severity }: { readonly severity: string }): ComponentChild {
  return <b class={`badge s-${severity as Severity}`}>{severity}</b>;
}

/** A value of a finding, with buttons that show only those that have it, or only others. */
export function Value({
  field,
  value,
  shown = value,
}: {
  readonly field: FieldName;
  readonly value: string;
  readonly shown?: string;
}): ComponentChild {
  const named = value === '' ? 'none' : value;
  const choose = (kind: 'is' | 'not'): void => {
    view.value = {
      ...withTerm(view.value, kind, { field, value }),
      view: 'findings',
      group: undefined,
    };
  };
  return (
    <span class="value">
      <span>{shown === '' ? 'none' : shown}</span>{' '}
      <button
        type="button"
        aria-label={`${FIELDS[field]} is ${named}`}
        onClick={() => choose('is')}
      >
        is
      </button>{' '}
      <button
        type="button"
        aria-label={`${FIELDS[field]} is not ${named}`}
        onClick={() => choose('not')}
      >
        is not
      </button>
    </span>
  );
}

/** A line of a description list; nothing when there is nothing to tell. */
export function Fact({
  name,
  children,
}: {
  readonly name: string;
  readonly children: ComponentChildren;
}): ComponentChild {
  if (children === '' || children === undefined || children === false || children === null) {
    return null;
  }
  return (
    <div class="fact">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** Text to copy: shown, so that it can be selected, with a button. */
export function Copyable({
  name,
  text,
}: {
  readonly name: string;
  readonly text: string | undefined;
}): ComponentChild {
  if (text === undefined || text === '') return null;
  return (
    <div class="copyable">
      <h3>{name}</h3>
      <button type="button" aria-label={`Copy: ${name}`} onClick={() => void copy(name, text)}>
        Copy
      </button>
      {/* It may be wider than its place: then it is reached by keys to scroll it. */}
      <pre tabIndex={0}>{text}</pre>
    </div>
  );
}

/** An address as a link where it is one of the web; else its text. */
export function WebLink({ address }: { readonly address: string }): ComponentChild {
  return /^https?:\/\//.test(address) ? (
    <a href={address} rel="noreferrer noopener" target="_blank">
      {address}
    </a>
  ) : (
    <>{address}</>
  );
}

async function copy(name: string, text: string): Promise<void> {
  try {
    // Browsers may ask before they let a file use the clipboard; a selection they copy at once.
    if (!copySelection(text)) await navigator.clipboard.writeText(text);
    said.value = `Copied: ${name}`;
  } catch {
    said.value = `Not copied: ${name}`;
  }
}

function copySelection(text: string): boolean {
  const field = document.createElement('textarea');
  field.value = text;
  document.body.append(field);
  field.select();
  const done = document.execCommand('copy');
  field.remove();
  return done;
}

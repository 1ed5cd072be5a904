// Room page/parts: pieces that several views draw: values with their buttons, links, texts to copy, the box beside a list.
// Door: each file.
// Neighbours: views put them together; cross-links.ts of the page says where links lead.

import type { ComponentChild, ComponentChildren } from 'preact';
import { FIELDS, withTerm, type FieldName } from '../data/case-view.ts';
import { hasIdentity, hasObject, openItem } from '../cross-links.ts';
import { said, view } from '../state.ts';

/** A severity in its colour. */
export function Badge({ severity }: { readonly severity: string }): ComponentChild {
  return <b class={`badge s-${severity}`}>{severity}</b>;
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
      // Other pages than these have no values to choose: there it leads to findings.
      view: view.value.view === 'activity' ? 'activity' : 'findings',
      item: undefined,
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
      {(field === 'user' || field === 'as') && <IdentityLink name={value} />}
      {field === 'object' && <ObjectLink name={value} />}
    </span>
  );
}

/** Leads to what an identity did, where the page tells it. */
export function IdentityLink({ name }: { readonly name: string }): ComponentChild {
  if (!hasIdentity(name)) return null;
  return (
    <>
      {' '}
      <button
        type="button"
        aria-label={`Identity ${name}`}
        onClick={() => openItem('identities', name)}
      >
        identity
      </button>
    </>
  );
}

/** Leads to what happened to an object, where the page tells it. */
export function ObjectLink({ name }: { readonly name: string }): ComponentChild {
  // Requests may be of a part of it.
  const known = [name, name.replace(/\/[^/]*$/, '')].find(hasObject);
  if (known === undefined) return null;
  return (
    <>
      {' '}
      <button
        type="button"
        aria-label={`History of ${known}`}
        onClick={() => openItem('objects', known)}
      >
        history
      </button>
    </>
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
  const isNone =
    children === '' || children === undefined || children === false || children === null;
  if (isNone || (Array.isArray(children) && children.length === 0)) return null;
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

import { isObject, member, type JsonObject, type JsonValue } from '../../json/value.ts';
import { MOST_ACCEPTED, type Change, type KnownEntry } from '../../outputs/card/tried-change.ts';
import { KnownError } from '../../util/errors.ts';
import { expiryTime } from '../../util/time.ts';
import { entriesIn } from './known-findings-change.ts';

/** Changes that are tried or written together. */
const MOST_CHANGES = 100;
/** Characters of a name, a reason or a condition. */
const LONGEST_TEXT = 8192;

/** Changes from what a browser sends. @throws KnownError for what is none */
export function readChanges(value: JsonValue | undefined): Change[] {
  if (!Array.isArray(value)) throw new KnownError('usage', 'changes are a list');
  if (value.length > MOST_CHANGES) {
    throw new KnownError('usage', `more than ${MOST_CHANGES} changes`, 'write some of them first');
  }
  return value.map(readChange);
}

function readChange(value: JsonValue): Change {
  const kind = isObject(value) ? member(value, 'kind') : undefined;
  if (!isObject(value)) throw wrong();
  switch (kind) {
    case 'policy':
    case 'rule': {
      const on = member(value, 'on');
      if (typeof on !== 'boolean') throw wrong();
      return { kind, name: textAt(value, 'name'), on };
    }
    case 'accept':
      return {
        kind,
        rule: textAt(value, 'rule'),
        condition: textAt(value, 'condition'),
        ...accepted(value),
      };
    case 'known':
      return { kind, entries: entriesAt(value), ...accepted(value) };
    case 'rules': {
      const text = member(value, 'text');
      if (typeof text !== 'string') throw wrong();
      return { kind, file: textAt(value, 'file'), text };
    }
    default:
      throw wrong();
  }
}

/** Why findings are accepted, and how long. */
function accepted(value: JsonObject): { reason: string; expires: string | undefined } {
  const reason = textAt(value, 'reason').trim();
  if (reason === '') throw new KnownError('usage', 'say why the finding is accepted');
  const expires = member(value, 'expires') === undefined ? '' : textAt(value, 'expires').trim();
  if (expires !== '' && expiryTime(expires) === undefined) {
    throw new KnownError(
      'usage',
      `'${expires}' is no last day`,
      'a date such as 2026-12-31, or a time in RFC 3339',
    );
  }
  return { reason, expires: expires === '' ? undefined : expires };
}

/** Entries of a baseline, with what a baseline has of them. */
function entriesAt(value: JsonObject): KnownEntry[] {
  const entries = member(value, 'entries');
  const text = JSON.stringify({ baseline: entries });
  if (!Array.isArray(entries) || entries.length === 0 || entries.length > MOST_ACCEPTED) {
    throw wrong();
  }
  if (text.length > LONGEST_TEXT * entries.length) throw wrong();
  return entriesIn('the change', text);
}

function textAt(value: JsonObject, key: string): string {
  const text = member(value, key);
  if (typeof text !== 'string' || text.length > LONGEST_TEXT) throw wrong();
  return text;
}

function wrong(): KnownError {
  return new KnownError('usage', 'this is no change');
}

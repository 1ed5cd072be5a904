import { isObject, member, stringMember, type JsonObject, type JsonValue } from '../json/value.ts';
import {
  isFingerprint,
  OLD_SUBJECT_FINGERPRINT,
  SUBJECT_FINGERPRINT,
} from '../outputs/encode/fingerprint.ts';
import { KnownError } from '../util/errors.ts';
import { expiryTime } from '../util/time.ts';
import type { BaselineEntry } from './entry.ts';

/** Different known findings that are kept in memory. */
const MAX_ENTRIES = 1_000_000;

/**
 * The known findings in a baseline file, or in an earlier ndjson, json or sarif report.
 *
 * @param name how errors call the file
 * @throws KnownError when the text has none of these formats
 */
export function parseBaseline(name: string, text: string): BaselineEntry[] {
  const content = text.replace(/^\uFEFF/, '');
  const found = new Map<string, BaselineEntry>();
  for (const { place, entry } of readEntries(name, content)) {
    if (!isFingerprint(entry.fingerprint)) {
      throw new KnownError('input', `${place}: no k8s-audit fingerprint`, KINDS);
    }
    if (entry.expires !== undefined && expiryTime(entry.expires) === undefined) {
      const date = 'expires must be a date such as 2030-12-31, or a time in RFC 3339';
      throw new KnownError('input', `${place}: ${date}`);
    }
    if (!found.has(entry.fingerprint)) found.set(entry.fingerprint, entry);
    if (found.size > MAX_ENTRIES) {
      throw new KnownError('input', `${name}: more than ${MAX_ENTRIES} different findings`);
    }
  }
  return [...found.values()];
}

const KINDS = 'a baseline is a file of --write-baseline, or an ndjson, json or sarif report';

interface Placed {
  readonly place: string;
  readonly entry: BaselineEntry;
}

function* readEntries(name: string, text: string): Generator<Placed> {
  const whole = parseJson(text);
  const document = whole !== undefined && isObject(whole) ? whole : undefined;
  const list = (key: string): readonly JsonValue[] | undefined => {
    const value = document === undefined ? undefined : member(document, key);
    return Array.isArray(value) ? value : undefined;
  };
  const runs = list('runs');
  const known = list('baseline') ?? list('findings');
  if (runs !== undefined) {
    for (const run of runs) yield* sarifEntries(name, run);
  } else if (known !== undefined) {
    for (const [index, item] of known.entries()) {
      yield { place: `${name}: entry ${index + 1}`, entry: alertEntry(item) };
    }
  } else {
    yield* lineEntries(name, text);
  }
}

/** One alert a line. */
function* lineEntries(name: string, text: string): Generator<Placed> {
  let start = 0;
  for (let line = 1; start < text.length; line++) {
    const next = text.indexOf('\n', start);
    const end = next < 0 ? text.length : next;
    const alert = text.slice(start, end).trim();
    start = end + 1;
    if (alert === '') continue;
    const place = `${name}:${line}`;
    const value = parseJson(alert);
    if (value === undefined) throw new KnownError('input', `${place}: not JSON`, KINDS);
    yield { place, entry: alertEntry(value) };
  }
}

/** An alert of an ndjson or json report, or an entry of a baseline. */
function alertEntry(value: JsonValue): BaselineEntry {
  if (!isObject(value)) return NONE;
  const own = objectMember(value, 'k8s_audit') ?? value;
  return {
    fingerprint: stringMember(own, 'fingerprint') ?? '',
    rule: stringMember(value, 'rule') ?? '',
    ...subjectMembers(value),
    evidence: evidenceMember(value) ?? fieldEvidence(value),
    reason: stringMember(value, 'reason'),
    expires: expiresMember(value),
  };
}

function* sarifEntries(name: string, run: JsonValue): Generator<Placed> {
  const results = isObject(run) ? member(run, 'results') : undefined;
  if (!isObject(run) || !Array.isArray(results)) return;
  const driver = objectMember(objectMember(run, 'tool') ?? {}, 'driver') ?? {};
  const rules = member(driver, 'rules');
  for (const [index, result] of results.entries()) {
    if (!isObject(result)) continue;
    const at = member(result, 'ruleIndex');
    const rule = Array.isArray(rules) && typeof at === 'number' ? rules[at] : undefined;
    const title = rule !== undefined && isObject(rule) ? stringMember(rule, 'name') : undefined;
    const fingerprints = objectMember(result, 'partialFingerprints') ?? {};
    yield {
      place: `${name}: result ${index + 1}`,
      entry: {
        fingerprint:
          stringMember(fingerprints, SUBJECT_FINGERPRINT) ??
          stringMember(fingerprints, OLD_SUBJECT_FINGERPRINT) ??
          '',
        rule: title ?? stringMember(result, 'ruleId') ?? '',
        ...subjectMembers(objectMember(result, 'properties') ?? {}),
      },
    };
  }
}

const NONE: BaselineEntry = { fingerprint: '', rule: '', subject: undefined };

type Subject = Pick<BaselineEntry, 'subject' | 'user' | 'verb' | 'object'>;

/** Who did what to which object, from an entry, or from the output fields of an alert. */
function subjectMembers(value: JsonObject): Subject {
  const fields = objectMember(value, 'output_fields') ?? {};
  const target = ['namespace', 'resource', 'name', 'subresource']
    .map((part) => stringMember(fields, `ka.target.${part}`))
    .filter((part) => part !== undefined);
  const user = stringMember(value, 'user') ?? stringMember(fields, 'ka.user.name');
  const verb = stringMember(value, 'verb') ?? stringMember(fields, 'ka.verb');
  const object =
    stringMember(value, 'object') ?? (target.length === 0 ? undefined : target.join('/'));
  const parts = [user, verb, object].filter((part) => part !== undefined && part !== '');
  return { user, verb, object, subject: parts.length === 0 ? undefined : parts.join(' ') };
}

/** The values of `evidence` that are text. */
function evidenceMember(value: JsonObject): Record<string, string> | undefined {
  const evidence = objectMember(value, 'evidence');
  if (evidence === undefined) return undefined;
  const texts = Object.entries(evidence).filter(([, text]) => typeof text === 'string');
  return Object.fromEntries(texts) as Record<string, string>;
}

/**
 * What the output fields of an alert tell beside who did what to which object: the alert itself has no evidence,
 * only the fingerprint that holds it.
 */
function fieldEvidence(value: JsonObject): Record<string, string> | undefined {
  const found: Record<string, string> = {};
  for (const [name, field] of Object.entries(objectMember(value, 'output_fields') ?? {})) {
    if (!EVIDENCE_FIELD.test(name)) continue;
    const texts = (Array.isArray(field) ? field : [field]).filter(
      (text) => typeof text === 'string',
    );
    if (texts.length > 0) found[name] = texts.join(' ');
  }
  return Object.keys(found).length === 0 ? undefined : found;
}

/** Fields of what was asked for, not of who asked, when and how. */
const EVIDENCE_FIELD = /^(?:ka\.req\.|ka\.uri|kx\.|jevt\.value)/;

/** Anything but a text is no date: the entry is refused. */
function expiresMember(value: JsonObject): string | undefined {
  const expires = member(value, 'expires');
  if (expires === undefined || expires === null) return undefined;
  return typeof expires === 'string' ? expires : '';
}

function objectMember(object: JsonObject, key: string): JsonObject | undefined {
  const value = member(object, key);
  return value !== undefined && isObject(value) ? value : undefined;
}

function parseJson(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { acceptEntries } from '../../baseline/accept-entries.ts';
import { baselineText, entryLine, type BaselineEntry } from '../../baseline/entry.ts';
import { parseBaseline } from '../../baseline/read-baseline.ts';
import {
  isObject,
  member,
  stringMember,
  type JsonObject,
  type JsonValue,
} from '../../json/value.ts';
import { caseTexts } from '../../outputs/case/case-texts.ts';
import { MOST_ACCEPTED, type Change, type KnownEntry } from '../../outputs/card/tried-change.ts';
import { KnownError } from '../../util/errors.ts';
import type { InvocationOf } from '../flags/command-options.ts';
import type { Given } from '../flags/command.ts';
import type { OptionName } from '../flags/options.ts';
import { textOrEmpty } from '../library/edit-file.ts';
import { CapturedTerminal } from '../queries/captured-terminal.ts';
import { runCommand, type Asking } from '../queries/query.ts';
import { readTexts } from '../settings/settings.ts';
import { editedConfig, shownPath } from '../settings/config-paths.ts';
import { textAt } from './asked.ts';
import { LineCutter } from './line-cutter.ts';

/** Name of the baseline that is made for a configuration without one. */
const NEW_BASELINE = 'k8s-audit-baseline.json';

/** The baseline that the page may change. */
export interface OwnBaseline {
  readonly path: string;
  /** As messages and the page name it. */
  readonly name: string;
  /** The configuration does not name it yet. */
  readonly isNew: boolean;
}

/** A finding as the page shows it. */
interface ShownFinding {
  readonly rule: string;
  readonly id: string;
  readonly file: string;
  readonly line: string;
}

/** The baseline of a run, or one to make beside the configuration. @throws KnownError for standard input */
export function ownBaseline({ settings, terminal }: InvocationOf<'ui'>): OwnBaseline {
  const { baseline } = settings;
  if (baseline === '-') {
    throw new KnownError(
      'usage',
      'the baseline is standard input',
      'name a file to accept findings',
    );
  }
  const config = editedConfig(settings.config, terminal);
  const path = resolve(terminal.cwd, baseline ?? join(dirname(config), NEW_BASELINE));
  return { path, name: shownPath(path, terminal.cwd), isNew: baseline === undefined };
}

/** How a configuration names a baseline. */
export function namedIn(config: string, { path }: OwnBaseline): string {
  return relative(dirname(config), path);
}

/**
 * The text of a baseline with findings accepted.
 *
 * @param before what it says; empty where there is none
 * @throws KnownError for a file that is none
 */
export function withAccepted(
  name: string,
  before: string,
  { entries, reason, expires }: Change & { readonly kind: 'known' },
): string {
  const known = new Map<string, BaselineEntry>();
  if (before.trim() !== '') {
    if (!isBaseline(before)) {
      throw new KnownError(
        'usage',
        `${name} is a report, not a baseline: it would lose what else it holds`,
        `k8s-audit baseline add FILE ${name} makes a baseline of it`,
      );
    }
    for (const entry of parseBaseline(name, before)) known.set(entry.fingerprint, entry);
  }
  const accepted = entries.map((entry): BaselineEntry => ({ ...entry, subject: undefined }));
  acceptEntries(known, accepted, { reason, expires });
  return baselineText([...known.values()].map(entryLine));
}

/** The entries of a baseline, with what tells people what they are. @throws KnownError for a text that is none */
export function entriesIn(name: string, text: string): KnownEntry[] {
  return parseBaseline(name, text).map(
    ({ fingerprint, rule, user, verb, object, evidence }): KnownEntry => ({
      fingerprint,
      rule,
      user,
      verb,
      object,
      evidence,
    }),
  );
}

/** What a baseline says now. */
export function textOfBaseline(run: InvocationOf<'ui'>, { path }: OwnBaseline): string {
  return existsSync(path) ? textOrEmpty(path, run.terminal.cwd) : '';
}

function isBaseline(text: string): boolean {
  try {
    const value = JSON.parse(text.replace(/^\uFEFF/, '')) as JsonValue;
    return isObject(value) && Array.isArray(member(value, 'baseline'));
  } catch {
    return false;
  }
}

/** The findings that a browser asks about. @throws KnownError for what is none, and for too many */
export function readShown(asked: JsonObject): ShownFinding[] {
  const findings = member(asked, 'findings');
  if (!Array.isArray(findings) || findings.length === 0 || findings.length > MOST_ACCEPTED) {
    throw new KnownError('usage', `findings are a list of ${MOST_ACCEPTED} at most`);
  }
  return findings.map((value) => {
    if (!isObject(value)) throw new KnownError('usage', 'a finding is an object');
    const [rule, id, file, line] = ['rule', 'id', 'file', 'line'].map((key) => textAt(value, key));
    return { rule: rule!, id: id!, file: file!, line: line! };
  });
}

/** Tells findings that are shown apart. */
function keyOf({ rule, id, file, line }: ShownFinding): string {
  return JSON.stringify([rule, id, file, line]);
}

/**
 * The entries by which a baseline knows findings that are shown, as `scan --write-baseline` would write them.
 *
 * @throws KnownError when the log has one of them no more
 */
export async function entriesOf(
  asking: Asking,
  paths: readonly string[],
  findings: readonly ShownFinding[],
  signal: AbortSignal,
): Promise<readonly KnownEntry[]> {
  const option = (name: OptionName, texts: readonly string[]): [OptionName, Given] => [
    name,
    readTexts(name, texts, 'the page', asking.terminal),
  ];
  const rules = [...new Set(findings.map(({ rule }) => rule))];
  // Names with a star are patterns.
  const ofRules = rules.some((rule) => rule.includes('*')) ? [] : [option('rule', rules)];
  const ids = new Set(findings.map(({ id }) => id));
  const [id = ''] = ids;
  // Of events with this ID alone; findings on several events need the others too.
  const isNarrow = ids.size === 1 && /^[\w-]+$/.test(id);
  const ways = isNarrow
    ? [[...ofRules, option('where', [`ka.auditid = "${id}"`])], ofRules]
    : [ofRules];
  const wanted = new Set(findings.map(keyOf));
  let missing = wanted.size;
  for (const options of ways) {
    const found = await scanned(asking, paths, new Map(options), wanted, signal);
    if (signal.aborted) throw new KnownError('usage', 'cancelled');
    if (found.matched === wanted.size) return found.entries;
    missing = wanted.size - found.matched;
  }
  throw new KnownError(
    'usage',
    wanted.size === 1
      ? 'this finding is not found any more'
      : `${missing} of these ${wanted.size} findings are not found any more`,
    'the log or the rules have changed meanwhile; load the page again',
  );
}

async function scanned(
  asking: Asking,
  args: readonly string[],
  options: ReadonlyMap<OptionName, Given>,
  wanted: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<{ readonly entries: KnownEntry[]; readonly matched: number }> {
  const { name } = caseTexts({ showSecrets: false, formatTime: String });
  const matched = new Set<string>();
  const meant = new Set<string>();
  const lines = new LineCutter((text) => {
    const row = JSON.parse(text) as JsonValue;
    const about = isObject(row) ? member(row, 'k8s_audit') : undefined;
    if (!isObject(row) || !isObject(about ?? null)) return;
    const own = about as { readonly [key: string]: JsonValue };
    const key = keyOf({
      rule: stringMember(row, 'rule') ?? '',
      id: name(stringMember(own, 'auditID')),
      file: name(stringMember(own, 'file')),
      line: JSON.stringify(member(own, 'line') ?? null),
    });
    if (!wanted.has(key)) return;
    matched.add(key);
    meant.add(stringMember(own, 'fingerprint') ?? '');
  });
  let baseline = '';
  const terminal = new CapturedTerminal(
    asking.terminal,
    { write: (text) => lines.write(text) },
    signal,
  );
  const manner = {
    format: 'ndjson',
    takeBaseline: (text: string) => {
      baseline = text;
    },
  } as const;
  await runCommand(asking, { command: 'scan', args, options }, manner, terminal);
  const known = entriesIn('the findings', baseline);
  return {
    entries: known.filter(({ fingerprint }) => meant.has(fingerprint)),
    matched: matched.size,
  };
}

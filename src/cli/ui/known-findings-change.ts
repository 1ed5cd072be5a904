import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { acceptEntries } from '../../baseline/accept-entries.ts';
import { baselineText, entryLine, type BaselineEntry } from '../../baseline/entry.ts';
import { parseBaseline } from '../../baseline/read-baseline.ts';
import { isObject, member, stringMember, type JsonValue } from '../../json/value.ts';
import { caseTexts } from '../../outputs/case/case-texts.ts';
import type { Change, KnownEntry } from '../../outputs/card/tried-change.ts';
import { KnownError } from '../../util/errors.ts';
import type { InvocationOf } from '../flags/command-options.ts';
import type { Given } from '../flags/command.ts';
import type { OptionName } from '../flags/options.ts';
import { textOrEmpty } from '../library/edit-file.ts';
import { CapturedTerminal } from '../queries/captured-terminal.ts';
import { runCommand, type Asking } from '../queries/query.ts';
import { readTexts } from '../settings/settings.ts';
import { editedConfig, shownPath } from '../settings/config-paths.ts';
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
export interface ShownFinding {
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

/**
 * The entries by which a baseline knows a finding that is shown, as `scan --write-baseline` would write them.
 *
 * @throws KnownError when the log has no such finding
 */
export async function entriesOf(
  asking: Asking,
  paths: readonly string[],
  finding: ShownFinding,
  signal: AbortSignal,
): Promise<readonly KnownEntry[]> {
  const { id, rule } = finding;
  const option = (name: OptionName, text: string): [OptionName, Given] => [
    name,
    readTexts(name, [text], 'the page', asking.terminal),
  ];
  // Names with a star are patterns.
  const ofRule = rule.includes('*') ? [] : [option('rule', rule)];
  const where = option('where', `ka.auditid = "${id}"`);
  // Of events with this ID alone; findings on several events need the others too.
  const ways = /^[\w-]+$/.test(id) ? [[...ofRule, where], ofRule] : [ofRule];
  for (const options of ways) {
    const found = await scanned(asking, paths, new Map(options), finding, signal);
    if (signal.aborted) throw new KnownError('usage', 'cancelled');
    if (found.length > 0) return found;
  }
  throw new KnownError(
    'usage',
    'this finding is not found any more',
    'the log or the rules have changed meanwhile',
  );
}

async function scanned(
  asking: Asking,
  args: readonly string[],
  options: ReadonlyMap<OptionName, Given>,
  { rule, id, file, line }: ShownFinding,
  signal: AbortSignal,
): Promise<KnownEntry[]> {
  const { name } = caseTexts({ showSecrets: false, formatTime: String });
  const meant = new Set<string>();
  const lines = new LineCutter((text) => {
    const row = JSON.parse(text) as JsonValue;
    const about = isObject(row) ? member(row, 'k8s_audit') : undefined;
    if (!isObject(row) || !isObject(about ?? null)) return;
    const own = about as { readonly [key: string]: JsonValue };
    const isMeant =
      stringMember(row, 'rule') === rule &&
      name(stringMember(own, 'auditID')) === id &&
      name(stringMember(own, 'file')) === file &&
      JSON.stringify(member(own, 'line')) === line;
    if (isMeant) meant.add(stringMember(own, 'fingerprint') ?? '');
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
  return entriesIn('the finding', baseline).filter(({ fingerprint }) => meant.has(fingerprint));
}

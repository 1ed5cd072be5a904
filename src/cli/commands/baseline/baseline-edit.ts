import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { acceptEntries } from '../../../baseline/accept-entries.ts';
import { baselineText, entryLine, isExpired, type BaselineEntry } from '../../../baseline/entry.ts';
import { number, plural } from '../../../outputs/summary-text.ts';
import { matchesWildcard } from '../../../rules/select.ts';
import { KnownError } from '../../../util/errors.ts';
import type { ActionOf } from '../../flags/command-options.ts';
import { readBaselineFile } from '../../library/baseline-file.ts';
import { changeFile, refuseOver, textOrEmpty } from '../../library/edit-file.ts';
import { shownPath } from '../../settings/config-paths.ts';
import { exitCode } from '../../terminal/exit.ts';
import { plainText } from '../../terminal/listing.ts';
import type { Terminal } from '../../terminal/terminal.ts';

/** `k8s-audit baseline add FILE REPORT…`: accepts findings of reports, with a reason. */
export const baselineAddCommand: ActionOf<'baseline add'> = async ({
  args,
  settings,
  terminal,
}) => {
  const [file, ...reports] = args;
  refuseOver(settings.expires, terminal);
  const entries = entriesByFingerprint(
    existsSync(resolvedIn(terminal, file!)) ? [file!] : [],
    terminal,
  );
  const { reason, expires, acceptedRule: rules, fingerprint: only, dryRun, quiet } = settings;
  const meant = [...entriesByFingerprint(reports, terminal).values()].filter(
    (entry) =>
      (rules.length === 0 || rules.some((pattern) => matchesWildcard(pattern, entry.rule))) &&
      (only.length === 0 || only.includes(entry.fingerprint)),
  );
  acceptEntries(entries, meant, { reason, expires });
  const added = meant.length;
  if (added === 0) {
    throw new KnownError(
      'input',
      'no finding of the reports is meant',
      'check --rule and --fingerprint',
    );
  }
  save(file!, entries.values(), dryRun, terminal);
  if (!quiet && !dryRun)
    tell(terminal, `${counted(added, 'finding')} accepted in ${shown(file!, terminal)}`);
  await terminal.stdout.drained();
  return exitCode('ok');
};

/** `k8s-audit baseline prune FILE [REPORT…]`: drops entries that expired, and those that no report has. */
export const baselinePruneCommand: ActionOf<'baseline prune'> = async ({
  args,
  settings,
  terminal,
}) => {
  const [file, ...reports] = args;
  const entries = entriesByFingerprint([file!], terminal);
  const occurred = reports.length === 0 ? undefined : entriesByFingerprint(reports, terminal);
  if (occurred !== undefined && entries.size > 0 && !hasAny(entries, occurred)) {
    // More likely than a log without all of them is a report that leaves them out.
    throw new KnownError(
      'input',
      `no report has a finding that ${shown(file!, terminal)} knows: nothing was dropped`,
      'a scan with a baseline leaves known findings out of its reports: make one with --baseline /dev/null',
    );
  }
  const now = BigInt(terminal.now()) * 1_000_000n;
  const kept = [...entries.values()].filter(
    (entry) =>
      !isExpired(entry, now) && (occurred === undefined || occurred.has(entry.fingerprint)),
  );
  const dropped = entries.size - kept.length;
  if (dropped > 0) save(file!, kept, settings.dryRun, terminal);
  if (!settings.quiet && !settings.dryRun) {
    tell(terminal, `${counted(dropped, 'entry', 'entries')} dropped, ${number(kept.length)} kept`);
  }
  await terminal.stdout.drained();
  return exitCode('ok');
};

function hasAny(
  entries: ReadonlyMap<string, unknown>,
  others: ReadonlyMap<string, unknown>,
): boolean {
  return [...entries.keys()].some((fingerprint) => others.has(fingerprint));
}

function entriesByFingerprint(
  files: readonly string[],
  terminal: Terminal,
): Map<string, BaselineEntry> {
  const all = files.flatMap((file) =>
    readBaselineFile(file === '-' ? file : resolvedIn(terminal, file)),
  );
  return new Map(all.map((entry) => [entry.fingerprint, entry]));
}

function save(
  file: string,
  entries: Iterable<BaselineEntry>,
  dryRun: boolean,
  terminal: Terminal,
): void {
  const path = resolvedIn(terminal, file);
  const before = textOrEmpty(path, terminal.cwd);
  const after = baselineText([...entries].map(entryLine));
  changeFile({ path, before, after, isPrivate: true }, dryRun, terminal);
}

function counted(count: number, one: string, many?: string): string {
  return `${number(count)} ${many === undefined ? plural(count, one) : count === 1 ? one : many}`;
}

function tell(terminal: Terminal, text: string): void {
  terminal.stderr.write(plainText(`${text}\n`));
}

function shown(file: string, terminal: Terminal): string {
  return shownPath(resolvedIn(terminal, file), terminal.cwd);
}

function resolvedIn(terminal: Terminal, file: string): string {
  return resolve(terminal.cwd, file);
}

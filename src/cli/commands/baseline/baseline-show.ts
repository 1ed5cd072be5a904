import { resolve } from 'node:path';
import { isExpired, type BaselineEntry } from '../../../baseline/entry.ts';
import { isOldFingerprint } from '../../../outputs/encode/fingerprint.ts';
import { redactor } from '../../../redact/redact.ts';
import type { ActionOf } from '../../flags/command-options.ts';
import { readBaselineFile } from '../../library/baseline-file.ts';
import { exitCode } from '../../terminal/exit.ts';
import { jsonText, plainText } from '../../terminal/listing.ts';

/** `k8s-audit baseline show FILE`: the known findings, with reason and expiry. */
export const baselineShowCommand: ActionOf<'baseline show'> = async ({
  args,
  settings,
  terminal,
}) => {
  const [file = ''] = args;
  const entries = readBaselineFile(file === '-' ? file : resolve(terminal.cwd, file));
  const now = BigInt(terminal.now()) * 1_000_000n;
  if (settings.pageFormat === 'json') {
    terminal.stdout.write(jsonText(entries.map((entry) => entryJson(entry, now))));
  } else {
    // Reports that serve as a baseline may hold what people should not read.
    const redact = redactor(false);
    for (const entry of entries) {
      terminal.stdout.write(plainText(redact(`${entryText(entry, now)}\n`)));
    }
    if (entries.length === 0) terminal.stdout.write('no known finding\n');
  }
  await terminal.stdout.drained();
  return exitCode('ok');
};

type State = 'holds' | 'expired' | 'old';

/** `old`: it knows every finding of its rule, user and object, whatever the evidence. */
function stateOf(entry: BaselineEntry, now: bigint): State {
  if (isExpired(entry, now)) return 'expired';
  return isOldFingerprint(entry.fingerprint) ? 'old' : 'holds';
}

const STATES: Readonly<Record<State, string>> = {
  holds: '',
  expired: '  (expired)',
  old: '  (written by an older version: knows any command, image or role)',
};

function entryText(entry: BaselineEntry, now: bigint): string {
  const { rule, subject, evidence = {}, reason, expires, fingerprint } = entry;
  const lines = [
    `${rule}${STATES[stateOf(entry, now)]}`,
    ...(subject === undefined ? [] : [subject]),
    ...Object.entries(evidence).map(([field, value]) => `${field}: ${value}`),
    ...(reason === undefined ? [] : [`reason: ${reason}`]),
    ...(expires === undefined ? [] : [`expires: ${expires}`]),
    `fingerprint: ${fingerprint}`,
  ];
  return lines.join('\n  ');
}

function entryJson(entry: BaselineEntry, now: bigint): unknown {
  const { rule, user, verb, object, evidence, reason, expires, fingerprint } = entry;
  const state = stateOf(entry, now);
  return { rule, user, verb, object, evidence, reason, expires, fingerprint, state };
}

import { resolve } from 'node:path';
import { loadPaint } from '../../../outputs/table/paint.ts';
import { Sections } from '../../../outputs/table/sections.ts';
import { number, plural } from '../../../outputs/summary-text.ts';
import type { IgnoreEntry } from '../../../policies/ignore.ts';
import type { ScanPlan } from '../../../scan/plan.ts';
import { tuningEntries, type TuningEntry } from '../../../tune/tuning-entries.ts';
import { KnownError } from '../../../util/errors.ts';
import type { YamlScalar } from '../../../yaml/yaml-node.ts';
import type { InvocationOf } from '../../flags/command-options.ts';
import { loadRuleSet, readRulesPaths } from '../../library/rules-input.ts';
import { endReading, recordStyle } from '../../run/reading.ts';
import { exitCode } from '../../terminal/exit.ts';
import { jsonText, warner } from '../../terminal/listing.ts';
import { tuneScan, withoutFile } from './tune-scan.ts';

/** An entry and how many findings it silences; undefined where that cannot be told. */
interface Checked {
  readonly entry: TuningEntry;
  readonly silences: number | undefined;
}

/**
 * `k8s-audit tune --check FILE`: which entries of a tuning file silence nothing in a log.
 *
 * @returns the exit code: that of the gate when an entry silences nothing
 */
export async function checkTuning(invocation: InvocationOf<'tune'>, file: string): Promise<number> {
  const { settings, terminal } = invocation;
  if (settings.tuneFormat === 'yaml') {
    throw new KnownError('usage', '--check has no yaml format', 'use table, text or json');
  }
  const path = resolve(terminal.cwd, file);
  let entries: readonly TuningEntry[] = [];
  const { evaluated, output, read } = await tuneScan(invocation, async (plan) => {
    const rules = withoutFile(plan.library.rules, path);
    const library = { ...plan.library, rules };
    entries = await entriesOf({ ...plan, library }, path, file, warner(invocation));
    return { ...plan, library, ignore: ignoreOf(entries, terminal.now()), everyFinding: true };
  });
  const end = await read(() => true);
  const checked = checkedEntries(entries, evaluated.evaluation.suppressor?.counts ?? []);
  const unused = checked.filter(({ silences }) => silences === 0).length;
  const unknown = checked.filter(({ silences }) => silences === undefined).length;
  if (settings.tuneFormat === 'json') {
    const json = { file, events: end.summary.events, unused, entries: checked.map(checkedJson) };
    output.write(jsonText(json));
  } else {
    const style = recordStyle(invocation);
    const out = new Sections({ ...style, paint: await loadPaint(style.color) });
    for (const each of checked) checkedText(each, out);
    output.write(out.text);
  }
  await output.close();
  const said =
    `${number(unused)} of ${number(entries.length)} ${entries.length === 1 ? 'entry' : 'entries'} ` +
    `of ${file} ${unused === 1 ? 'silences' : 'silence'} nothing in this log` +
    (unknown === 0 ? '' : `; of ${number(unknown)} it cannot be told`);
  const code = endReading(end, invocation, output, [said]);
  return code === exitCode('ok') && unused > 0 ? exitCode('gate') : code;
}

/** The entries of the file. @throws KnownError when the rules do not load, or it has none */
async function entriesOf(
  { library, fields }: ScanPlan,
  path: string,
  file: string,
  warn: (text: string) => void,
): Promise<TuningEntry[]> {
  const [own] = readRulesPaths([path]);
  const before = await loadRuleSet(library, fields, () => undefined);
  const rules = [...library.rules, { name: file, text: own!.text }];
  const after = await loadRuleSet({ ...library, rules }, fields, warn);
  const entries = tuningEntries(before, after, file);
  if (entries.length > 0) return entries;
  throw new KnownError('usage', `${file} adds nothing to exceptions, lists or macros`);
}

/** One entry of `ignore` for each rule that an entry silences findings of. */
function ignoreOf(entries: readonly TuningEntry[], now: number): ScanPlan['ignore'] {
  const ignored = entries.flatMap(({ silences }, index) =>
    silences.map(({ rule, condition }): IgnoreEntry => ({
      rules: [scalar(rule)],
      condition: scalar(condition),
      reason: '',
      expires: undefined,
      place: String(index),
    })),
  );
  return { entries: ignored, now, countsEach: true };
}

function scalar(text: string): YamlScalar {
  const source = { name: 'tuning', text };
  return {
    kind: 'scalar',
    text,
    isNull: false,
    source,
    start: 0,
    end: text.length,
    style: 'plain',
  };
}

function checkedEntries(
  entries: readonly TuningEntry[],
  counts: readonly { readonly entry: IgnoreEntry; readonly count: number }[],
): Checked[] {
  return entries.map((entry, index) => {
    const own = counts.filter(({ entry: { place } }) => place === String(index));
    const sum = own.reduce((total, { count }) => total + count, 0);
    return { entry, silences: entry.silences.length === 0 ? undefined : sum };
  });
}

function checkedJson({ entry: { of, text, place }, silences }: Checked): Record<string, unknown> {
  return { of, condition: text, place, silences: silences ?? null };
}

function checkedText({ entry: { of, text, place }, silences }: Checked, out: Sections): void {
  const amount =
    silences === undefined
      ? 'unknown'
      : silences === 0
        ? 'unused'
        : `${number(silences)} ${plural(silences, 'finding')}`;
  out.ownTitle(`${place} ${of}`);
  out.field('silences', amount);
  out.field('where', text);
}

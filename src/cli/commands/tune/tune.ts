import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { loadPaint } from '../../../outputs/table/paint.ts';
import { Sections } from '../../../outputs/table/sections.ts';
import { number } from '../../../outputs/summary-text.ts';
import { redactor } from '../../../redact/redact.ts';
import type { ScanPlan } from '../../../scan/plan.ts';
import { EntryPlacer } from '../../../tune/entry-form.ts';
import { Tuner } from '../../../tune/tuner.ts';
import { tuningFile } from '../../../tune/tuning-file.ts';
import { KnownError } from '../../../util/errors.ts';
import type { ActionOf, InvocationOf } from '../../flags/command-options.ts';
import { changeFile, printChange, textOrEmpty } from '../../library/edit-file.ts';
import { loadRuleSet, readRulesPaths } from '../../library/rules-input.ts';
import { endReading, recordStyle, type ReadingEnd } from '../../run/reading.ts';
import { isComplete } from '../../run/scan-end.ts';
import { shownPath } from '../../settings/config-paths.ts';
import { jsonText, plainText } from '../../terminal/listing.ts';
import { packageVersion } from '../../version.ts';
import { tuneScan, withoutFile } from './tune-scan.ts';
import { proposalJson, proposalText, type Proposal } from './tune-text.ts';

/** `k8s-audit tune`: what would silence the loudest rules of a log, or whether a tuning file still does. */
export const tuneCommand: ActionOf<'tune'> = async (invocation) => {
  const { settings, terminal } = invocation;
  const { apply, tuningCheck } = settings;
  if (tuningCheck !== undefined) {
    if (apply !== undefined) {
      throw new KnownError('usage', '--apply and --check exclude each other');
    }
    return (await import('./tune-check.ts')).checkTuning(invocation, tuningCheck);
  }
  const path = apply === undefined ? undefined : resolve(terminal.cwd, apply);
  const { evaluated, plan, output, read } = await tuneScan(invocation, (scanned) =>
    Promise.resolve(tunedPlan(scanned, path)),
  );
  const redact = redactor(settings.showSecrets);
  const { ruleSet } = evaluated;
  const tuner = new Tuner(ruleSet.rules, (text) => redact(text) !== text);
  const end = await read((finding) => tuner.add(finding));
  const proposal = proposalOf(invocation, tuner, new EntryPlacer(ruleSet), end);
  if (path === undefined) await print(proposal, invocation, output);
  else if (isComplete(end)) await applyTo(path, proposal, plan, invocation);
  await output.close();
  return endReading(
    end,
    invocation,
    output,
    notesOf(proposal, path !== undefined && !isComplete(end)),
  );
};

/** A scan that folds nothing, so that all findings are looked at, with the tuning file behind the other rules. */
function tunedPlan(plan: ScanPlan, path: string | undefined): ScanPlan {
  const { library } = plan;
  const own =
    path === undefined || !existsSync(path)
      ? library.rules
      : [...withoutFile(library.rules, path), ...readRulesPaths([path])];
  return { ...plan, tuned: true, everyFinding: true, library: { ...library, rules: own } };
}

function proposalOf(
  { settings }: InvocationOf<'tune'>,
  tuner: Tuner,
  placer: EntryPlacer,
  { summary }: ReadingEnd,
): Proposal {
  const limits = {
    perHour: settings.perHour,
    share: settings.share / 100,
    includeHigh: settings.includeHigh,
  };
  const rules = tuner.loud(limits, (rule) => placer.fixedOf(rule));
  const placed = rules.flatMap(({ rule, entries }) =>
    entries.map((entry) => placer.place(rule, entry)),
  );
  const silenced = placed.reduce((sum, { entry }) => sum + entry.silences, 0);
  const { findings } = summary;
  const head = [
    `Made by k8s-audit tune ${packageVersion()}: silences ${number(silenced)} of ${number(findings)} findings.`,
    'Look at each entry before you use it: whoever does the same is silenced too.',
  ];
  return {
    limits,
    events: summary.events,
    findings,
    silenced,
    rules,
    placed,
    joined: tuner.joined,
    correlated: new Set(rules.flatMap(({ rule }) => (tuner.isCorrelated(rule) ? [rule.name] : []))),
    file: placed.length === 0 ? '' : tuningFile(head, placed, placer.lists),
  };
}

async function print(
  proposal: Proposal,
  invocation: InvocationOf<'tune'>,
  output: { write(text: string): void },
): Promise<void> {
  const { settings, terminal } = invocation;
  const format = settings.tuneFormat ?? (terminal.stdout.isTTY ? 'table' : 'yaml');
  if (format === 'json') {
    output.write(jsonText(proposalJson(proposal)));
  } else if (format === 'yaml') {
    output.write(plainText(proposal.file));
  } else if (proposal.events > 0) {
    const style = recordStyle(invocation);
    const out = new Sections({ ...style, paint: await loadPaint(style.color) });
    proposalText(proposal, out);
    output.write(out.text);
  }
}

/** Adds the entries to a file, after showing what changes. */
async function applyTo(
  path: string,
  { file }: Proposal,
  { library, fields }: ScanPlan,
  { settings, terminal }: InvocationOf<'tune'>,
): Promise<void> {
  const name = shownPath(path, terminal.cwd);
  const before = textOrEmpty(path, terminal.cwd);
  const gap = before === '' ? '' : before.endsWith('\n') ? '\n' : '\n\n';
  const after = file === '' ? before : before + gap + file;
  // What is written must load, behind what is there and behind the other rules.
  const rules = [...withoutFile(library.rules, path), { name, text: after }];
  await loadRuleSet({ ...library, rules }, fields, () => undefined);
  if (!settings.quiet && !settings.dryRun && after !== before) {
    printChange({ path, before, after }, terminal);
  }
  const written = changeFile({ path, before, after }, settings.dryRun, terminal);
  if (!settings.quiet && !settings.dryRun) {
    const text = written ? `${name} written: use it with -r ${name}\n` : 'nothing to add\n';
    terminal.stderr.write(plainText(text));
  }
}

/** What is said in the end. */
function notesOf(
  { placed, silenced, findings, joined, rules }: Proposal,
  isLeft: boolean,
): string[] {
  return [
    `${number(placed.length)} ${placed.length === 1 ? 'entry' : 'entries'} would silence ` +
      `${number(silenced)} of ${number(findings)} findings`,
    ...(joined === 0
      ? []
      : [
          `too many different values: ${number(joined)} were counted together with others, so entries do not name ` +
            `the fields with the most of them: ${mergedText(rules)}`,
        ]),
    ...(isLeft ? ['not all was read: the file is left as it is'] : []),
  ];
}

/** `ka.uri of 'Pod Made', ka.target.name of 'Secret Read'`. */
function mergedText(rules: Proposal['rules']): string {
  const texts = rules.flatMap(({ rule, merged }) =>
    merged.length === 0 ? [] : [`${merged.join(' and ')} of '${rule.name}'`],
  );
  return texts.length === 0 ? 'of rules that are not loud' : texts.join(', ');
}

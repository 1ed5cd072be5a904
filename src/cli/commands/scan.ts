import { hostname } from 'node:os';
import type { Condition } from '../../condition/condition.ts';
import { createEngine, type Engine } from '../../engine/engine.ts';
import { both, scopeCondition } from '../../engine/scope.ts';
import type { ScanSummary } from '../../engine/summary.ts';
import type { FieldSettings } from '../../fields/field.ts';
import { PROBLEM_REASONS } from '../../events/problems.ts';
import { fileOutput, streamOutput, type Output } from '../../io/output.ts';
import { expandSources, type Sources } from '../../io/sources.ts';
import { FORMATS } from '../../outputs/index.ts';
import { escapeTerminal } from '../../outputs/escape.ts';
import { renderSummary } from '../../outputs/summary-text.ts';
import type { OutputContext, OutputWriter } from '../../outputs/writer.ts';
import { fieldResolver } from '../../rules/load.ts';
import { isAtLeast, priorityRank, type Priority } from '../../rules/priority.ts';
import type { RuleSet } from '../../rules/rule.ts';
import { selectRules } from '../../rules/select.ts';
import { scan, type ScanHooks, type ScanResult } from '../../scan/scan.ts';
import { KnownError } from '../../util/errors.ts';
import { formatDateTimeSeconds } from '../../util/time.ts';
import type { CommandAction, Invocation } from '../command.ts';
import { compileOption, parseOption } from '../conditions.ts';
import { exitCode } from '../exit.ts';
import { Gate } from '../gate.ts';
import { packageVersion } from '../version.ts';
import { Progress } from '../progress.ts';
import { loadForCommand } from '../rules-input.ts';
import { useColor } from '../terminal.ts';

/** `k8s-audit scan`: evaluates rules on audit logs. */
export const scanCommand: CommandAction = async (invocation) => {
  const { settings, terminal } = invocation;
  const warn = (text: string): void => {
    if (!settings.quiet) terminal.stderr.write(`${text}\n`);
  };
  const paths = inputPaths(invocation);
  const fieldSettings: FieldSettings = { timezone: settings.timezone, hostname: hostname() };
  const ruleSet = await loadForCommand(settings, fieldSettings, warn);
  const engine = await prepareEngine(invocation, ruleSet, fieldSettings, warn);
  const sources = expandSources(paths);

  const { output, writer } = await openWriter(invocation, ruleSet);
  const gate = new Gate(settings.failOn);
  const progress = progressOf(invocation, sources);
  const stopped = new AbortController();
  const stop = (): void => stopped.abort(terminal.interrupted.reason);
  terminal.interrupted.addEventListener('abort', stop, { once: true });
  let shown = 0;
  let hidden = 0;
  const hooks: ScanHooks = {
    finding(finding) {
      gate.add(finding.priority);
      const { minPriority } = settings;
      if (minPriority !== undefined && !isAtLeast(finding.priority, minPriority)) return false;
      if (settings.limit !== undefined && shown >= settings.limit) {
        hidden++;
      } else {
        shown++;
        writer.finding(finding);
      }
      return true;
    },
    async settle() {
      if (output.closed) stopped.abort('closed');
      await output.settle();
    },
    progress: (bytes, events) => progress?.update(bytes, events),
    signal: stopped.signal,
    now: () => terminal.now(),
  };
  writer.start?.();
  const result = await scan(
    {
      sources: sources.sources,
      sourceProblems: sources.problems,
      engine,
      since: settings.since,
      until: settings.until,
      scopeReason: 'left out by --where, --namespace, --user, --verb or --resource',
      maxEventSize: settings.maxEventSize,
      cluster: settings.cluster,
    },
    hooks,
  );
  const summary = withNotes(result.summary, hidden);
  writer.end(summary);
  await output.close();
  progress?.clear();
  if (!output.closed) await report(summary, gate, invocation);
  return exitCodeFor(result, gate, invocation, output);
};

/** Standard input when something is piped in and no path is named. */
function inputPaths({ args, terminal }: Invocation): readonly string[] {
  if (args.length > 0) return args;
  if (!terminal.stdinIsTTY) return ['-'];
  throw new KnownError(
    'usage',
    'nothing to scan: name a file or directory, or pipe a log in',
    'k8s-audit scan --help',
  );
}

async function prepareEngine(
  { settings, ruleSwitches }: Invocation,
  ruleSet: RuleSet,
  fieldSettings: FieldSettings,
  warn: (text: string) => void,
): Promise<Engine> {
  const { rules, warnings } = selectRules(ruleSet.rules, {
    only: settings.rule,
    switches: ruleSwitches,
    tags: settings.tag,
    excludedTags: settings.excludeTag,
    minPriority: evaluatedPriority(settings),
  });
  for (const warning of warnings) warn(`warning: ${warning}`);
  if (rules.length === 0) warn('warning: no rule is enabled and selected: nothing can be found');
  return createEngine({
    rules,
    matching: settings.ruleMatching ?? 'all',
    timeField: settings.timeFormat === 'iso8601' ? 'evt.time.iso8601' : 'evt.time',
    settings: fieldSettings,
    scope: await scopeOf(settings, ruleSet, fieldSettings),
  });
}

/**
 * The least severe priority that is evaluated. What is shown must not change the gate: with a lower
 * `--fail-on`, rules below `--min-priority` run for the gate alone. With `first` they cannot, since
 * a rule that is left out lets a later one report, as in Falco.
 */
function evaluatedPriority(settings: Invocation['settings']): Priority | undefined {
  const { minPriority, failOn, ruleMatching } = settings;
  if (minPriority === undefined || failOn === undefined || ruleMatching === 'first') {
    return minPriority;
  }
  return priorityRank(failOn) > priorityRank(minPriority) ? failOn : minPriority;
}

async function scopeOf(
  settings: Invocation['settings'],
  ruleSet: RuleSet,
  fieldSettings: FieldSettings,
): Promise<Condition | undefined> {
  const text = settings.where ?? '';
  const where = settings.where === undefined ? undefined : parseOption('--where', text, ruleSet);
  const flags = scopeCondition({
    namespaces: settings.namespace,
    users: settings.user,
    verbs: settings.verb,
    resources: settings.resource,
  });
  const node = both(flags, where);
  if (node === undefined) return undefined;
  const fields = await fieldResolver(fieldSettings, text !== '');
  return compileOption('--where', node, text, ruleSet, fields);
}

async function openWriter(
  { settings, terminal }: Invocation,
  ruleSet: RuleSet,
): Promise<{ output: Output; writer: OutputWriter }> {
  const { stdout, env } = terminal;
  const toStdout = settings.output === undefined || settings.output === '-';
  const isTerminal = toStdout && stdout.isTTY;
  const format = settings.format ?? (isTerminal ? 'table' : 'ndjson');
  const output = toStdout ? streamOutput(stdout) : fileOutput(settings.output!);
  const color = settings.color ?? 'auto';
  const context: OutputContext = {
    color: toStdout ? useColor(color, stdout, env) : color === 'always',
    width: isTerminal ? stdout.columns : 120,
    terminal: isTerminal,
    version: packageVersion(),
    showSecrets: settings.showSecrets,
    rules: ruleSet.rules,
    failOn: settings.failOn,
    formatTime: (time) => formatDateTimeSeconds(time, settings.timezone),
    timezone: settings.timezone,
    csvRaw: false,
  };
  return { output, writer: await FORMATS[format].create(output, context) };
}

function progressOf({ settings, terminal }: Invocation, sources: Sources): Progress | undefined {
  if (settings.quiet || !terminal.stderr.isTTY || (terminal.env['CI'] ?? '') !== '') {
    return undefined;
  }
  let total: number | undefined = 0;
  for (const { size } of sources.sources) {
    total = total === undefined || size === undefined ? undefined : total + size;
  }
  return new Progress(terminal.stderr, total, () => terminal.now());
}

function withNotes(summary: ScanSummary, hidden: number): ScanSummary {
  const notes = [...summary.notes];
  if (hidden > 0) {
    notes.push(`${hidden} more ${hidden === 1 ? 'finding' : 'findings'} not shown (--limit)`);
  }
  return { ...summary, notes };
}

/** Problems that concern whole inputs, then the summary, then why the gate failed. */
async function report(summary: ScanSummary, gate: Gate, invocation: Invocation): Promise<void> {
  const { settings, terminal } = invocation;
  const { stderr } = terminal;
  for (const { kind, reason, examples } of summary.problems) {
    if (kind !== 'io') continue;
    for (const { file, detail } of examples) {
      const more = detail === undefined ? '' : ` (${detail})`;
      const text = `${file}: ${PROBLEM_REASONS[reason].text}${more}`;
      stderr.write(`k8s-audit: ${escapeTerminal(text)}\n`);
    }
  }
  const nothing = nothingRead(summary);
  if (nothing !== undefined) stderr.write(`k8s-audit: ${nothing}\n`);
  if (settings.summary && !settings.quiet) {
    stderr.write(
      await renderSummary(summary, {
        color: useColor(settings.color ?? 'auto', stderr, terminal.env),
        width: stderr.isTTY ? stderr.columns : 100,
        formatTime: (time) =>
          `${formatDateTimeSeconds(time, settings.timezone)} ${settings.timezone}`,
      }),
    );
  }
  const reason = gate.reason();
  if (reason !== undefined) stderr.write(`k8s-audit: ${reason}\n`);
}

/** What to say when there was input but no event in it, or no input at all. */
function nothingRead(summary: ScanSummary): string | undefined {
  if (summary.events > 0 || summary.interrupted || summary.inputCount === 0) return undefined;
  if (summary.lines === summary.blankLines) {
    return summary.problems.length === 0 ? 'the input is empty: no events' : undefined;
  }
  return 'no audit event in the input; is it an audit.k8s.io log?';
}

function exitCodeFor(
  { summary, unread, faults }: ScanResult,
  gate: Gate,
  { settings, terminal }: Invocation,
  output: Output,
): number {
  if (terminal.interrupted.aborted) {
    return exitCode(terminal.interrupted.reason === 'SIGTERM' ? 'terminated' : 'interrupted');
  }
  // A reader that went away is no failure; what was seen until then decides.
  if (output.closed) return exitCode(gate.tripped ? 'gate' : 'ok');
  const foreign = summary.events === 0 && summary.lines > summary.blankLines;
  if (unread > 0 || foreign) return exitCode('failed');
  if (settings.strict && faults > 0) return exitCode('strict');
  return exitCode(gate.tripped ? 'gate' : 'ok');
}

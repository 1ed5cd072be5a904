import { COMMAND_OPTIONS, type InvocationOf } from '../flags/command-options.ts';
import { OPTIONS } from '../flags/options.ts';
import { evaluatePlan, type Evaluated } from '../run/evaluate-plan.ts';
import { knownFindings } from '../run/known-findings.ts';
import type { LiveSetup } from './live-messages.ts';
import { firstSeenOf } from '../run/checkpoint-input.ts';
import { reportTargets } from '../run/reports.ts';
import { scanPlan } from '../run/settings-plan.ts';
import { warner } from '../terminal/listing.ts';

/**
 * Milliseconds by which an event may come behind a later one: batches of several API servers wait up to 30 s each,
 * and come over parallel connections.
 */
const LATENESS = 40_000;

/** A configuration that was read whole: rules, policies, known findings. */
export interface Prepared {
  readonly setup: LiveSetup;
  readonly evaluated: Evaluated;
}

/** The invocation of `serve` as one of a scan that follows its input. */
export function asScan(invocation: InvocationOf<'serve'>): InvocationOf<'scan'> {
  const defaults = Object.fromEntries(
    COMMAND_OPTIONS.scan.map((name) => [name, OPTIONS[name].default]),
  ) as InvocationOf<'scan'>['settings'];
  const { settings } = invocation;
  const lateness = settings.lateness ?? LATENESS;
  // A slow answer makes the API server send a batch again: what came twice is one.
  return {
    ...invocation,
    settings: { ...defaults, ...settings, lateness, follow: true, dedupe: true },
  };
}

/** Reads rules, policies and known findings. @throws KnownError when something is wrong */
export async function prepare(given: InvocationOf<'serve'>): Promise<Prepared> {
  const invocation = asScan(given);
  const { settings, terminal } = invocation;
  const warn = warner(invocation);
  const plan = scanPlan(invocation, { sources: [], problems: [] }, reportTargets(invocation));
  const evaluated = await evaluatePlan(plan, warn);
  const { baseline, writeBaseline, showSecrets, minPriority, minSeverity, severity } = settings;
  const now = terminal.now();
  const known = { baseline, writeBaseline, showSecrets };
  // It is read to be refused where it is wrong; the thread that evaluates reads it for itself.
  knownFindings(known, [], now, warn);
  await firstSeenOf(invocation, []);
  const { state } = settings;
  return { evaluated, setup: { plan, known, state, minPriority, minSeverity, severity, now } };
}

/** The files that decide what is found, and the folders of rules. */
export function decidingFiles({ settings, config }: InvocationOf<'serve'>): string[] {
  const { rules, policy, ipList, resourceRules, baseline } = settings;
  const single = [resourceRules, baseline].filter((path) => path !== undefined);
  return [...config.map(({ path }) => path), ...rules, ...policy, ...ipList, ...single];
}

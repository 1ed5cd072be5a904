import { hostname } from 'node:os';
import { performance } from 'node:perf_hooks';
import { evaluatedParts } from '../engine/parts/correlation-parts.ts';
import type { ScanSummary } from '../engine/summary.ts';
import { DEFAULT_MAX_EVENT_SIZE } from '../events/limits.ts';
import type { FieldSettings } from '../fields/field.ts';
import { expandSources } from '../io/sources.ts';
import { formatIssue, Issues } from '../policies/issue.ts';
import { policyMembers } from '../policies/members.ts';
import { placeRules, type Placements } from '../policies/placement.ts';
import { resolvePolicies } from '../policies/resolve.ts';
import { formatDiagnostic } from '../rules/diagnostics.ts';
import { loadRules } from '../rules/load.ts';
import { fieldResolver } from '../rules/resolver.ts';
import type { Rule } from '../rules/rule.ts';
import { selectRules } from '../rules/select.ts';
import { scan } from '../scan/run-scan.ts';
import { KnownError } from '../util/errors.ts';
import { policyDefinitions, rulesFiles } from './bundled-files.ts';
import type { FindingSink, ScanFilesOptions } from './file-scan.ts';

/**
 * Scans files as `k8s-audit scan` does with the same rules: those that are enabled and on in a bundled policy, and
 * the user's own.
 *
 * @param paths files, directories, patterns; `-` is standard input
 * @throws KnownError when rules do not load
 */
export async function runFileScan(
  paths: readonly string[],
  options: ScanFilesOptions,
  sink: FindingSink,
): Promise<ScanSummary> {
  const { matching = 'all', timezone = 'UTC', signal } = options;
  const settings: FieldSettings = { timezone, hostname: hostname() };
  const chosen = await rulesOf(options, settings);
  const fields = await fieldResolver(settings, false);
  const isCorrelating = chosen.rules.some(({ correlation }) => correlation !== undefined);
  // The first rule that matches ends the search: then no part may, either.
  const plain = chosen.rules.filter(({ correlation }) => correlation === undefined);
  const { correlating, rules, placements } = evaluatedParts(
    matching === 'all' ? chosen.rules : plain,
    chosen.placements,
    fields,
    true,
  );
  const { sources, problems: sourceProblems } = expandSources(paths);
  const plan = {
    sources,
    sourceProblems,
    since: nanoseconds(options.since),
    until: nanoseconds(options.until),
    maxEventSize: options.maxEventSize ?? DEFAULT_MAX_EVENT_SIZE,
    cluster: options.cluster,
    byTime: options.inTime,
    duplicates: sources.length > 1 ? 'count' : 'keep',
    engine: 'fast',
  } as const;
  const { summary } = await scan(
    plan,
    {
      engine: { rules, matching, timeField: 'evt.time', settings, placements },
      correlating: matching === 'all' && isCorrelating ? correlating : undefined,
    },
    {
      finding(finding) {
        sink.finding(finding);
        return true;
      },
      settle: () => sink.settle(),
      progress: () => undefined,
      signal: signal === undefined ? sink.signal : AbortSignal.any([sink.signal, signal]),
      now: () => performance.now(),
    },
  );
  return summary;
}

async function rulesOf(
  { rules: own = [], defaultRules = true, selection = {} }: ScanFilesOptions,
  settings: FieldSettings,
): Promise<{ rules: readonly Rule[]; placements: Placements }> {
  const bundled = defaultRules ? rulesFiles() : [];
  const { ruleSet, files, unmet } = await loadRules([...bundled, ...own], settings);
  if (ruleSet === undefined) {
    const [error] = files.flatMap(({ errors }) => errors);
    throw new KnownError(
      'rules',
      error === undefined ? (unmet ?? 'rules do not load') : formatDiagnostic(error),
    );
  }
  const { rules: selected } = selectRules(ruleSet.rules, {
    only: [],
    switches: [],
    tags: [],
    excludedTags: [],
    minPriority: undefined,
    ...selection,
  });
  const issues = new Issues();
  const policies = resolvePolicies(policyDefinitions(), [], issues);
  const bundledNames = new Set(bundled.map(({ name }) => name));
  const identities = ruleSet.rules.map(({ name, tags, files: of }) => ({
    name,
    tags,
    bundled: bundledNames.has(of[0] ?? ''),
  }));
  const members = policyMembers(policies, identities, defaultRules, issues);
  if (issues.errors.length > 0) throw new KnownError('config', formatIssue(issues.errors[0]!));
  const fields = await fieldResolver(settings, false);
  const names = selected.map(({ name }) => name);
  const placements = placeRules(members, names, () => false, fields);
  const rules = selected.filter(({ name }) => (placements.get(name)?.policies.length ?? 0) > 0);
  return { rules, placements };
}

function nanoseconds(date: Date | undefined): bigint | undefined {
  return date === undefined ? undefined : BigInt(date.getTime()) * 1_000_000n;
}

import { encodeJson, findingToJson, summaryToJson } from '../../src/outputs/encode/json-encode.ts';
import { expandSources } from '../../src/io/sources.ts';
import type { ScanHooks } from '../../src/scan/hooks.ts';
import type { ReadPlan } from '../../src/scan/plan.ts';
import { scan } from '../../src/scan/run-scan.ts';
import type { Rule } from '../../src/rules/rule.ts';
import { loadBundled } from '../rules-content/bundled-rules.ts';
import { evaluationOf } from './evaluations.ts';

export interface Outcome {
  readonly findings: string[];
  readonly rest: string;
  readonly events?: number;
}

interface Changes extends Partial<ReadPlan> {
  readonly matching?: 'first';
  /** Instead of the bundled rules; the first one is off. */
  readonly given?: readonly Rule[];
}

/** Everything a scan tells, as text. */
export async function outcome(
  paths: readonly string[],
  engine: 'fast' | 'reference',
  { given, matching, ...changes }: Changes = {},
  hooks: Partial<ScanHooks> = {},
): Promise<Outcome> {
  const all = given ?? (await loadBundled()).ruleSet!.rules;
  const few = given === undefined ? 20 : 1;
  const [off, rules] = [all.slice(0, few), all.slice(few)];
  const evaluation = evaluationOf(rules, { off, matching });
  const { sources, problems } = expandSources(paths);
  const findings: string[] = [];
  const result = await scan(
    {
      sources,
      sourceProblems: problems,
      engine,
      since: undefined,
      until: undefined,
      maxEventSize: 1 << 20,
      cluster: 'c1',
      ...changes,
    },
    evaluation,
    {
      finding: (finding) => {
        findings.push(encodeJson(findingToJson(finding)));
        return true;
      },
      settle: () => Promise.resolve(),
      progress: () => undefined,
      signal: new AbortController().signal,
      now: () => 0,
      ...hooks,
    },
  );
  const { summary, blind, unread, faults, duplicates, looksLike } = result;
  const rest = JSON.stringify({
    summary: encodeJson(summaryToJson(summary)),
    blind: [blind.events, blind.list()],
    counted: [...(evaluation.counters![0]?.counts ?? [])].toSorted(([a], [b]) => (a < b ? -1 : 1)),
    unread,
    faults,
    duplicates,
    looksLike,
  });
  return { findings, rest, events: summary.events };
}

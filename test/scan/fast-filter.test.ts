import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Condition } from '../../src/condition/condition.ts';
import type { RuleMatching } from '../../src/engine/engine.ts';
import { expandSources } from '../../src/io/sources.ts';
import { encodeJson, findingToJson, summaryToJson } from '../../src/outputs/encode/json-encode.ts';
import { Issues } from '../../src/policies/issue.ts';
import { ResourceFilter } from '../../src/policies/resource/resource-filter.ts';
import type { ResourceMode } from '../../src/policies/resource/resource-mode.ts';
import {
  readResourceRules,
  type ResourceFilterSpec,
} from '../../src/policies/resource/resource-rules.ts';
import { DEFAULT_FIELD_SETTINGS, fieldResolver } from '../../src/rules/resolver.ts';
import { parseYaml } from '../../src/yaml/yaml-parser.ts';
import { scan } from '../../src/scan/run-scan.ts';
import { compiled } from '../fast/conditions.ts';
import { adversarial, plainLine } from '../fast/corpus.ts';
import { Random } from '../fast/random.ts';
import { temporaryFolder } from '../io/temp.ts';
import { loadBundled } from '../rules-content/bundled-rules.ts';
import { AT_NIGHT, seeds } from '../seeds.ts';
import { evaluationOf } from './evaluations.ts';

const { ruleSet } = await loadBundled();
const FIELDS = await fieldResolver(DEFAULT_FIELD_SETTINGS, false);

const LEAVE_SECRETS_OUT = readFileSync(
  new URL('../policies/leave-secrets-out.yaml', import.meta.url),
  'utf8',
);

/** Entries that need versions, codes and verbs; the third is never the first to cover anything. */
const DETAILED = `
- { apiGroups: ['*'], apiVersions: [v1beta1], operations: ['*'], resources: ['pods', 'pods/exec'] }
- { apiGroups: ['', apps], apiVersions: [v1], operations: [CREATE, DELETE, CONNECT], resources: ['*/*'] }
- { apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: [configmaps] }
- { apiGroups: ['*'], apiVersions: ['*'], operations: [UPDATE], resources: ['*'], scope: Cluster }
- { apiGroups: [''], apiVersions: ['*'], operations: ['*'], resources: [gizmos] }
- { apiGroups: [''], apiVersions: ['*'], operations: ['*'], resources: [] }
`;

interface Case {
  readonly rules: string | undefined;
  readonly mode: ResourceMode;
  readonly excluded?: readonly string[];
  readonly matchPolicy?: 'Exact';
  readonly matching?: RuleMatching;
  readonly scope?: string;
  readonly since?: string;
}

function specOf({ rules, excluded = [], matchPolicy }: Case): ResourceFilterSpec {
  const spec =
    rules === undefined
      ? undefined
      : readResourceRules(parseYaml({ name: 'r.yaml', text: rules }), new Issues())!;
  return {
    rules: spec?.rules,
    excludedNamespaces: [...excluded],
    matchPolicy: matchPolicy ?? 'Equivalent',
  };
}

/** A line whose object is of some group, version and kind. */
function requestLine(r: Random): string {
  const group = r.pick([undefined, '', 'core', 'apps', 'admissionregistration.k8s.io', 'x.io']);
  const version = r.pick(['v1', 'v1', 'v1beta1', undefined]);
  const resource = r.pick([
    undefined,
    'namespaces',
    'deployments',
    'validatingwebhookconfigurations',
    '',
  ]);
  const member = (key: string, value: string | undefined): string =>
    value === undefined ? '' : `,"${key}":"${value}"`;
  const more = `${member('apiGroup', group)}${member('apiVersion', version)}`;
  return plainLine(r)
    .replace(/"resource":"([^"]*)"/, (_, own: string) => `"resource":"${resource ?? own}"${more}`)
    .replace(/"name":"n1/, '"name":"shop');
}

function logs(seed: number): string[] {
  const folder = temporaryFolder();
  const r = new Random(seed);
  const files: Record<string, string | Buffer> = {
    'audit.log': Array.from({ length: 500 }, () => requestLine(r)).join('\n'),
    'odd.log': adversarial(r, 100),
    // Blanks between tokens, and a list of events: the decoder reads it.
    'list.json': `{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":[${Array.from(
      { length: 60 },
      () => requestLine(r),
    ).join(',\n ')}]}`,
  };
  return Object.entries(files).map(([name, content]) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  });
}

/** Everything a scan with a filter tells. */
async function outcome(paths: readonly string[], engine: 'fast' | 'reference', given: Case) {
  const [off, rules] = [ruleSet!.rules.slice(0, 20), ruleSet!.rules.slice(20)];
  const { matching = 'all' } = given;
  const scope: Condition | undefined =
    given.scope === undefined ? undefined : await compiled(given.scope);
  const plain = evaluationOf(rules, { off, matching });
  const filter = new ResourceFilter(specOf(given), given.mode, FIELDS);
  const { sources, problems: sourceProblems } = expandSources(paths);
  const findings: string[] = [];
  const { summary, blind, duplicates } = await scan(
    {
      sources,
      sourceProblems,
      engine,
      since: given.since === undefined ? undefined : BigInt(Date.parse(given.since)) * 1_000_000n,
      until: undefined,
      maxEventSize: 1 << 20,
      cluster: 'c1',
    },
    { ...plain, engine: { ...plain.engine, scope }, resourceFilter: filter },
    {
      finding: (finding) => findings.push(encodeJson(findingToJson(finding))) > 0,
      settle: () => Promise.resolve(),
      progress: () => undefined,
      signal: new AbortController().signal,
      now: () => 0,
    },
  );
  return {
    findings,
    summary: encodeJson(summaryToJson(summary)),
    blind: [blind.events, blind.list()],
    counted: plain.counters!.map(({ counts }) =>
      [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)),
    ),
    duplicates,
    unused: filter.unused,
    missed: [...filter.missed],
    reasons: summary.filtered.map(({ reason }) => reason),
  };
}

const CASES: readonly [string, Case][] = [
  ['the example', { rules: LEAVE_SECRETS_OUT, mode: 'filter' }],
  ['the example as admission sees it', { rules: LEAVE_SECRETS_OUT, mode: 'admission' }],
  [
    'the example without some namespaces',
    { rules: LEAVE_SECRETS_OUT, mode: 'filter', excluded: ['shop', 'kube-system', 'shop2'] },
  ],
  [
    'the example as admission sees it without some namespaces',
    { rules: LEAVE_SECRETS_OUT, mode: 'admission', excluded: ['shop'], matching: 'first' },
  ],
  ['excluded namespaces alone', { rules: undefined, mode: 'filter', excluded: ['default'] }],
  ['admission alone', { rules: undefined, mode: 'admission', scope: 'ka.verb != create' }],
  ['exact versions', { rules: DETAILED, mode: 'filter', matchPolicy: 'Exact' }],
  [
    'exact versions, as admission sees them, and a scope',
    {
      rules: DETAILED,
      mode: 'admission',
      matchPolicy: 'Exact',
      scope: 'ka.target.namespace = shop or ka.uri contains "n=3"',
    },
  ],
  ['a time window', { rules: DETAILED, mode: 'admission', since: '2024-04-01T00:00:00Z' }],
  ['no rule', { rules: 'k8sAuditDetectionsRules: []', mode: 'admission' }],
];

test.each(CASES)('both engines tell the same under a resource filter: %s', async (_name, given) => {
  for (const seed of AT_NIGHT ? seeds(1) : [21]) {
    const paths = logs(seed);
    const reference = await outcome(paths, 'reference', given);
    const fast = await outcome(paths, 'fast', given);
    expect(fast.findings).toEqual(reference.findings);
    expect(fast).toEqual(reference);
    expect(reference.reasons.length).toBeGreaterThan(0);
  }
});

const FEW = seeds(5).flatMap((seed) =>
  (['filter', 'admission'] as const).map((mode) => [seed, mode] as const),
);

test.each(FEW)('few events say exactly which rules are of use, seed %i, %s', async (seed, mode) => {
  const r = new Random(seed);
  const path = join(temporaryFolder(), 'few.log');
  writeFileSync(path, Array.from({ length: 4 }, () => requestLine(r)).join('\n'));
  for (const scope of [undefined, 'ka.target.namespace = shop']) {
    const given: Case = { rules: DETAILED, mode, matchPolicy: 'Exact', ...(scope && { scope }) };
    expect(await outcome([path], 'fast', given)).toEqual(await outcome([path], 'reference', given));
  }
});

test('the compared logs have missed findings and rules without use', async () => {
  const given: Case = { rules: DETAILED, mode: 'admission' };
  const { missed, unused } = await outcome(logs(21), 'fast', given);
  expect(missed.length).toBeGreaterThan(0);
  expect(unused).toEqual([3, 5, 6]);
});

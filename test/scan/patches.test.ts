import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { expandSources } from '../../src/io/sources.ts';
import { scan } from '../../src/scan/run-scan.ts';
import { eventLine } from '../cli/events.ts';
import { Random } from '../fast/random.ts';
import { temporaryFolder } from '../io/temp.ts';
import { loadBundled } from '../rules-content/bundled-rules.ts';
import { evaluationOf } from './evaluations.ts';

const DEPLOYMENT = { resource: 'deployments', namespace: 'shop', name: 'web', apiGroup: 'apps' };
const TEMPLATE = '/spec/template/spec';

// Values, paths and spellings, each of which some rule looks for.
const VALUES: readonly unknown[] = [
  true,
  false,
  0,
  null,
  'privileged',
  'NodePort',
  'https://hook.example.net',
  '/etc',
  'SYS_ADMIN',
  ['*'],
  { kind: 'Group', name: 'system:masters' },
  {
    name: 'c',
    image: 'xmrig',
    securityContext: { privileged: true, capabilities: { add: ['ALL'] } },
  },
  { apiGroups: ['*'], resources: ['*'], verbs: ['*'] },
  { name: 'h', hostPath: { path: '/' } },
  { spec: { hostNetwork: true, containers: [{ command: ['nc', '-e', 'sh'] }] } },
];
const PATHS = [
  `${TEMPLATE}/containers/-`,
  `${TEMPLATE}/containers/0/securityContext/privileged`,
  `${TEMPLATE}/containers/0/securityContext/capabilities/add/-`,
  `${TEMPLATE}/hostPID`,
  `${TEMPLATE}/volumes/-`,
  `${TEMPLATE}/volumes/1/hostPath/path`,
  '/spec/template',
  '/spec/replicas',
  '/spec/type',
  '/rules/-',
  '/rules/0/verbs/-',
  '/subjects/-',
  '/metadata/labels/pod-security.kubernetes.io~1enforce',
  '/webhooks/0/clientConfig/url',
];
const RESOURCES = [
  'deployments',
  'pods',
  'clusterroles',
  'clusterrolebindings',
  'namespaces',
  'services',
];

/** A patch of any kind, at any level. */
function randomPatch(r: Random): string {
  const operations = Array.from({ length: 1 + r.below(3) }, () => ({
    op: r.pick(['add', 'replace', 'remove', 'test', 'move']),
    path: r.pick(PATHS),
    value: r.pick(VALUES),
  }));
  const merge = {
    spec: { template: { spec: r.pick(VALUES), hostPID: true } },
    subjects: [r.pick(VALUES)],
  };
  const text = eventLine({
    requestObject: r.below(4) === 0 ? merge : operations,
    level: r.pick(['Request', 'Request', 'RequestResponse', 'Metadata']),
    verb: r.pick(['patch', 'patch', 'update']),
    objectRef: { ...DEPLOYMENT, resource: r.pick(RESOURCES) },
    responseStatus: { code: r.pick([200, 200, 201, 403]) },
    ...(r.below(3) === 0 ? { responseObject: { kind: 'X', rules: [r.pick(VALUES)] } } : {}),
  });
  // Another spelling of the same patch.
  return r.below(5) === 0 ? text.replaceAll('/spec', String.raw`\/spec`) : text;
}

const { ruleSet } = await loadBundled();
// Parts of correlations have findings, too, which nobody sees.
const RULES = ruleSet!.rules.filter(
  ({ enabled, correlation }) => enabled && correlation === undefined,
);

/** What a scan of a log tells. */
async function outcome(path: string, engine: 'fast' | 'reference') {
  const { sources, problems } = expandSources([path]);
  const findings: string[] = [];
  const window = { since: undefined, until: undefined, cluster: undefined };
  const { blind, summary } = await scan(
    { sources, sourceProblems: problems, maxEventSize: 1 << 20, engine, ...window },
    evaluationOf(RULES),
    {
      finding: ({ rule, message }) => findings.push(`${rule}: ${message}`) > 0,
      settle: () => Promise.resolve(),
      progress: () => undefined,
      signal: new AbortController().signal,
      now: () => 0,
    },
  );
  return { findings, summary, undecided: blind.list(), events: blind.events };
}

test('both engines find the same in patches of every kind, and leave the same undecided', async () => {
  const r = new Random(13);
  const lines = Array.from({ length: 1500 }, () => randomPatch(r));
  const path = join(temporaryFolder(), 'patches.log');
  writeFileSync(path, `${lines.join('\n')}\n`);
  const truth = await outcome(path, 'reference');
  expect(truth.findings.length).toBeGreaterThan(500);
  expect(truth.undecided.length).toBeGreaterThan(20);
  expect(await outcome(path, 'fast')).toEqual(truth);
});

test('a patch of a binding leaves open whether it grants cluster-admin', async () => {
  const path = join(temporaryFolder(), 'binding.log');
  const subject = { kind: 'Group', name: 'system:masters' };
  const line = eventLine({
    level: 'Request',
    verb: 'patch',
    objectRef: {
      resource: 'clusterrolebindings',
      name: 'x',
      apiGroup: 'rbac.authorization.k8s.io',
    },
    requestObject: [{ op: 'add', path: '/subjects/-', value: subject }],
  });
  writeFileSync(path, `${line}\n`);
  const { findings, undecided } = await outcome(path, 'fast');
  const found = findings.map((text) => text.split(':')[0]!);
  expect(new Set(found)).toEqual(
    new Set(['Cluster-Wide Binding by User', 'Rights Granted to System Group']),
  );
  expect(undecided.map(({ rule }) => rule)).toContain('Attach to cluster-admin Role');
  expect(undecided.map(({ rule }) => rule)).not.toContain('Rights Granted to System Group');
});

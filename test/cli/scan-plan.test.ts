import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { COMMANDS } from '../../src/cli/commands/index.ts';
import type { OptionName } from '../../src/cli/flags/options.ts';
import { evaluatePlan } from '../../src/cli/run/evaluate-plan.ts';
import { timeWindow } from '../../src/cli/scope/last-window.ts';
import { reportTargets } from '../../src/cli/run/reports.ts';
import { scanPlan } from '../../src/cli/run/settings-plan.ts';
import { threadsFor } from '../../src/cli/run/start-threads.ts';
import { expandSources } from '../../src/io/sources.ts';
import { encodeJson, findingToJson, summaryToJson } from '../../src/outputs/encode/json-encode.ts';
import type { ScanPlan } from '../../src/scan/plan.ts';
import { scan } from '../../src/scan/run-scan.ts';
import type { ScanThreads, WorkerThread } from '../../src/scan/threads/contract.ts';
import { eventLine, folder, ruleText } from './events.ts';
import { invocationFor } from './run-cli.ts';

// It would change how V8 manages the memory of this process.
vi.mock('../../src/cli/terminal/engine-flags.ts', () => ({
  collectEarly: () => undefined,
  holdMemory: () => undefined,
  releaseMemory: () => undefined,
}));

// One line for each thing that an option tells apart. All lines together are one range of the log, so that
// every thread meets them.
const PODS = { resource: 'pods', namespace: 'shop', name: 'web', apiVersion: 'v1' };
const LINES = [
  eventLine({ verb: 'delete' }),
  eventLine({ verb: 'delete', objectRef: { ...PODS, namespace: 'kube-system' } }),
  eventLine({ objectRef: { ...PODS, name: 'p10' } }),
  eventLine({ objectRef: { ...PODS, resource: 'secrets', name: 'p20' } }),
  eventLine({ verb: 'delete', user: { username: 'bob' } }),
  '{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":}',
  eventLine({ verb: 'delete', sourceIPs: ['198.51.100.7'] }),
  eventLine({ verb: 'delete', userAgent: 'curl/8.0' }),
  eventLine({ verb: 'delete', responseStatus: { code: 403 } }),
  eventLine({ verb: 'delete', stageTimestamp: '2026-01-01T00:00:00.000000Z' }),
  eventLine({ verb: 'create', level: 'Metadata', objectRef: { ...PODS, subresource: 'exec' } }),
  eventLine({ verb: 'delete', annotations: { filler: 'x'.repeat(3000) } }),
  ...['a', 'b'].map((name) =>
    eventLine({
      verb: 'create',
      level: 'Request',
      user: { username: 'system:serviceaccount:ci:runner' },
      objectRef: { ...PODS, name },
      requestObject: {
        metadata: { ownerReferences: [{ kind: 'Runner', name: 'build', controller: true }] },
        spec: { containers: [{ name: 'c', image: 'x', securityContext: { privileged: true } }] },
      },
    }),
  ),
  eventLine({
    verb: 'create',
    user: { username: 'system:serviceaccount:kube-system:replicaset-controller' },
    objectRef: { ...PODS, name: 'web-1' },
  }),
  // Only a policy that is off reports it.
  eventLine({ verb: 'watch' }),
  JSON.stringify({ log: `${eventLine({ verb: 'delete' })}\n`, stream: 'stdout' }),
];
const RANGE = `${LINES.join('\n')}\n`;
/** Of five ranges the thread that writes takes the first two before a further thread is ready. */
const RANGES = 5;

const POLICY =
  '- name: Shop\n  severity: high\n  rules: [Deleted]\n  scope: { namespaces: [shop] }\n';
const dir = folder({
  'audit.log': RANGE.repeat(RANGES),
  'again.log': RANGE.repeat(RANGES),
  'rules.yaml': [
    ruleText('Deleted', 'ka.verb = delete', { more: '  tags: [gone]\n' }),
    // The verb decides: what a thread leaves open is judged, and counted, by the one that writes.
    ruleText('Named', 'ka.verb = get and ka.target.name in (p10, p20)', { priority: 'NOTICE' }),
    ruleText('In shop', 'ka.target.namespace = shop and ka.verb = delete', { priority: 'INFO' }),
    ruleText(
      'Privileged',
      'ka.verb = create and ka.req.pod.containers.privileged intersects (true)',
    ),
    ruleText('Off', 'ka.user.name = bob', { more: '  enabled: false\n' }),
  ].join(''),
  'late.log': ['00', '10', '20', '05']
    .map((second) => {
      const stageTimestamp = `2026-03-05T10:00:${second}.000000Z`;
      return `${eventLine({ verb: 'delete', auditID: second, stageTimestamp })}\n`;
    })
    .join(''),
  'counting.yaml':
    '- { correlation: Counted, type: event_count, events: { gone: ka.verb = delete }, ' +
    'timespan: 1h, condition: { gte: 4 }, priority: NOTICE }\n',
  'more.yaml': ruleText('More', 'ka.user.name = bob'),
  'policies.yaml': POLICY,
  'policies-config.yaml': `policies:\n${POLICY.replaceAll(/^/gm, '  ').trimEnd()}\n  - name: Custom Rules\n    enabled: false\n`,
  'ignore.yaml':
    'ignore:\n  - { rule: Deleted, condition: ka.user.name = bob, reason: known }\n' +
    '  - { rule: Named, reason: old, expires: 2026-01-01 }\n',
  'resources.yaml':
    '- { apiGroups: [""], apiVersions: [v1], operations: [DELETE], resources: [pods] }\n',
  'resource-config.yaml':
    'k8sAuditDetectionsRules:\n  - { apiGroups: [""], apiVersions: [v1], operations: [DELETE], resources: [pods] }\nexcludedNamespaces: [kube-system]\n',
  'none.yaml': '{}\n',
  'tor.txt': '198.51.100.0/24 # exits\n',
});
const at = (name: string): string => join(dir, name);

/** The rules of this test alone, so that few findings are made. */
const OWN = ['--no-default-rules', '--rules', at('rules.yaml')];

/** The bundled rules too: some belong to a policy that is off. */
const BOTH = ['--rules', at('rules.yaml')];

interface Case {
  /** Options beside {@link OWN}. */
  readonly args: readonly string[];
  /** Instead of {@link OWN}; `base` for the scan to compare with. */
  readonly own?: readonly string[];
  readonly base?: readonly string[];
  /** Options of the scan to compare with: it must tell something else. */
  readonly without?: readonly string[];
  readonly inputs?: readonly string[];
  /** True where a scan has one thread whatever is asked for: nothing is to be handed over. */
  readonly alone?: true;
}

const option = (...args: string[]): Case => ({ args });
const WARNING = ['--min-priority', 'warning'];
const POLICIES = ['--config', at('policies-config.yaml')];
const COUNTING = ['--rules', at('counting.yaml')];

/** Each option of `scan` that changes what is found or counted, at least once. */
const CASES: Readonly<Partial<Record<OptionName, readonly Case[]>>> = {
  rules: [option('--rules', at('more.yaml'))],
  defaultRules: [{ args: [], own: BOTH, base: OWN }],
  config: [
    option('--config', at('ignore.yaml')),
    option(...POLICIES),
    { args: ['--config', at('resource-config.yaml')], alone: true },
  ],
  ipList: [{ args: ['--ip-list', at('tor.txt')], own: BOTH }],
  ruleMatching: [option('--rule-matching', 'first')],
  rule: [option('--rule', 'Named')],
  disableRule: [option('--disable-rule', 'Del*')],
  enableRule: [option('--enable-rule', 'Off')],
  tag: [option('--tag', 'gone')],
  excludeTag: [option('--exclude-tag', 'gone')],
  minPriority: [option('--min-priority', 'warning')],
  policy: [
    option('--policy', at('policies.yaml')),
    { args: [...POLICIES, '--policy', 'Custom Rules'], without: POLICIES },
  ],
  allRules: [{ args: [...POLICIES, '--all-rules'], without: POLICIES }],
  where: [option('--where', 'ka.user.name = bob')],
  since: [option('--since', '2026-02-01T00:00:00Z')],
  until: [option('--until', '2026-02-01T00:00:00Z')],
  last: [option('--last', '1d')],
  namespace: [option('--namespace', 'shop')],
  user: [option('--user', 'bob')],
  verb: [option('--verb', 'get'), option('--verb', 'GET'), option('--verb', 'exec')],
  resource: [
    option('--resource', 'secrets'),
    option('--resource', 'Secret'),
    option('--resource', 'exec'),
    option('--resource', 'po/exec'),
  ],
  name: [option('--name', 'p*')],
  sourceIp: [
    option('--source-ip', '198.51.100.7'),
    option('--source-ip', '198.51.100.0/29'),
    option('--source-ip', '198.51.*'),
  ],
  userAgent: [option('--user-agent', 'curl/*')],
  failedOnly: [option('--failed-only')],
  cluster: [option('--cluster', 'prod')],
  resourceRules: [{ args: ['--resource-rules', at('resources.yaml')], alone: true }],
  resourceMode: [{ args: ['--resource-mode', 'admission'], alone: true }],
  excludeNamespace: [{ args: ['--exclude-namespace', 'shop'], alone: true }],
  raw: [option('--raw')],
  groupBy: [option('--group-by', 'incident')],
  format: [option('--format', 'html')],
  output: [option('--output', at('report.html'))],
  timeFormat: [option('--time-format', 'iso8601')],
  timezone: [option('--timezone', 'Asia/Tokyo')],
  summary: [{ args: ['--no-summary'], own: BOTH }],
  quiet: [{ args: ['--quiet'], own: BOTH }],
  explainBlind: [{ args: ['--quiet', '--explain-blind'], without: ['--quiet'] }],
  failOn: [{ args: [...WARNING, '--fail-on', 'notice'], without: WARNING }],
  maxFindings: [{ args: [...WARNING, '--max-findings', '3'], without: WARNING }],
  baseline: [{ args: [...WARNING, '--baseline', at('known.json')], without: WARNING }],
  writeBaseline: [{ args: [...WARNING, '--write-baseline', at('known.json')], without: WARNING }],
  lateness: [
    {
      args: [...COUNTING, '--lateness', '1h'],
      without: COUNTING,
      inputs: ['late.log'],
      alone: true,
    },
  ],
  inputFormat: [option('--input-format', 'event'), option('--input-format', 'fluent')],
  dedupe: [{ args: ['--dedupe'], inputs: ['audit.log', 'again.log'], alone: true }],
  sort: [{ args: ['--sort', 'time'], inputs: ['audit.log', 'again.log'], alone: true }],
  maxEventSize: [option('--max-event-size', '2KB')],
  fold: [{ args: ['--no-fold'], own: BOTH }],
};

/** Options that change only what is shown, or how; with values that are not theirs by default. */
const SHOWN: Readonly<Partial<Record<OptionName, readonly string[]>>> = {
  severity: ['--severity', 'high'],
  minSeverity: ['--min-severity', 'high'],
  limit: ['--limit', '1'],
  within: ['--within', '5m'],
  byRule: ['--by-rule'],
  explain: ['--explain'],
  notify: ['--notify', 'exit 0'],
  to: ['--to', 'stdout'],
  color: ['--color', 'always'],
  showSecrets: ['--show-secrets'],
  csvRaw: ['--csv-raw'],
  strict: ['--strict'],
  allowEmpty: ['--allow-empty'],
};

/** Options that say who works, not what is found. */
const WORKERS: readonly OptionName[] = ['engine', 'threads'];

/** Options of scans that one thread reads, in a way of their own. */
const FOLLOWING: readonly OptionName[] = ['follow', 'rotateWait', 'checkpoint'];

/** Options that name what was normal before: only the thread that writes looks at it (first-seen.test.ts). */
const PAST: readonly OptionName[] = ['state', 'learn'];

/** What is kept of a scan for `merge` (merge.test.ts). */
const KEPT: readonly OptionName[] = ['partial'];

/** What a thread needs a property of the plan for: a case that it evaluates otherwise without it. */
const NEEDS: Readonly<Record<keyof ScanPlan, Case | 'to start' | 'nothing'>> = {
  // Only the thread that hands out the work looks at these.
  sources: 'nothing',
  sourceProblems: 'nothing',
  byTime: 'nothing',
  follow: 'nothing',
  rotateWait: 'nothing',
  lateness: 'nothing',
  checkpoint: 'nothing',
  isRecorded: 'nothing',
  everyFinding: 'nothing',
  engine: 'nothing',
  threads: 'nothing',
  // Whoever filters by resource has one thread.
  resources: 'nothing',
  // Only the thread that writes makes findings, of what others leave open.
  fields: 'nothing',
  ignore: 'nothing',
  matching: 'nothing',
  raw: 'nothing',
  facts: 'nothing',
  countBlind: 'nothing',
  library: 'to start',
  selection: 'to start',
  placing: 'to start',
  scope: 'to start',
  timeField: 'to start',
  since: CASES.since![0]!,
  until: CASES.until![0]!,
  maxEventSize: CASES.maxEventSize![0]!,
  cluster: CASES.cluster![0]!,
  inputFormat: CASES.inputFormat![0]!,
  duplicates: { args: [], inputs: ['audit.log', 'again.log'] },
  // No scan sets it: test/tune compares what one thread and several hand over.
  tuned: 'nothing',
  // Only what is kept for `merge` asks for it: test/cli/partial.test.ts.
  wholeParts: 'nothing',
  consequences: CASES.groupBy![0]!,
  countOff: CASES.defaultRules![0]!,
};

/** The plan of a scan, made as the command makes it. */
async function planOf(args: readonly string[], inputs: readonly string[] = ['audit.log']) {
  const invocation = await invocationFor({ args: ['scan', ...args], cwd: dir });
  const plan = scanPlan(invocation, expandSources(inputs.map(at)), reportTargets(invocation));
  return { ...plan, since: (await timeWindow(invocation, plan)).since };
}

/** A plan without some of its properties, as a thread would be given it that copies them one by one. */
function lacking(plan: ScanPlan, names: readonly (keyof ScanPlan)[]): ScanPlan {
  const kept = Object.entries(plan).filter(([name]) => !names.includes(name as keyof ScanPlan));
  return Object.fromEntries(kept) as unknown as ScanPlan;
}

/**
 * Everything that a scan of the log tells, and how many jobs a further thread has done.
 *
 * @param given what further threads are given; the plan when they have to find the same
 */
async function outcome(plan: ScanPlan, given: ScanPlan = plan) {
  const warnings: string[] = [];
  const evaluated = await evaluatePlan(plan, (text) => void warnings.push(text));
  let ready: Promise<void> | undefined;
  let handedOver = 0;
  const real = threadsFor(plan);
  const threads: ScanThreads | undefined = real && {
    ...real,
    threshold: 1,
    rangeSize: RANGE.length,
    start(receive, failed) {
      let thread!: WorkerThread;
      ready = new Promise((resolve) => {
        thread = threadsFor({ ...given, threads: plan.threads })!.start(
          (message) => {
            if (message.kind === 'end') handedOver++;
            receive(message);
            resolve();
          },
          (error) => {
            failed(error);
            resolve();
          },
        );
      });
      return thread;
    },
  };
  const findings: string[] = [];
  const result = await scan(
    plan,
    evaluated.evaluation,
    {
      finding: (finding) => {
        const facts = encodeJson({ ...finding.facts, grant: undefined });
        return findings.push(encodeJson(findingToJson(finding)) + facts) > 0;
      },
      // The thread that writes waits for the other, which would otherwise be ready when all is done.
      settle: async () => ready,
      progress: () => undefined,
      signal: new AbortController().signal,
      now: () => 0,
    },
    threads,
  );
  const { summary, blind, ...rest } = result;
  return {
    found: {
      findings,
      summary: encodeJson(summaryToJson(summary)),
      filtered: summary.filtered,
      blind: [blind.events, blind.list()],
      notes: evaluated.notes(true),
      warnings,
      rest,
    },
    handedOver,
  };
}

const reference = (args: readonly string[], inputs?: readonly string[]): Promise<ScanPlan> =>
  planOf([...args, '--engine', 'reference'], inputs);
const fast = (args: readonly string[], inputs?: readonly string[]): Promise<ScanPlan> =>
  planOf([...args, '--engine', 'fast'], inputs);
const bases = new Map<string, ReturnType<typeof outcome>>();

/** What a scan tells without the option of a case; many have the same one. */
function baseOutcome(args: readonly string[], inputs?: readonly string[]) {
  const key = JSON.stringify([args, inputs]);
  const base = bases.get(key) ?? reference(args, inputs).then((plan) => outcome(plan));
  bases.set(key, base);
  return base;
}
/** As for a log that is large enough. */
const together = (plan: ScanPlan): ScanPlan => ({ ...plan, threads: 2 });

const withTwo = new Map<Case, ReturnType<typeof outcome>>();

/** What the fast engine tells of a case with a further thread. Starting one is what costs: each case is scanned once. */
function twoOutcome(each: Case): ReturnType<typeof outcome> {
  const { args, own = OWN, inputs } = each;
  const known =
    withTwo.get(each) ?? fast([...own, ...args], inputs).then((plan) => outcome(together(plan)));
  withTwo.set(each, known);
  return known;
}

test('every option of a scan is in one of the tables', () => {
  const { options } = COMMANDS.find(({ name }) => name === 'scan')!;
  const named = [
    ...Object.keys(CASES),
    ...Object.keys(SHOWN),
    ...WORKERS,
    ...FOLLOWING,
    ...PAST,
    ...KEPT,
  ];
  expect(named.toSorted()).toEqual([...options].toSorted());
});

describe('both engines, and a further thread, heed', () => {
  const title = ({ args }: Case): string => args.join(' ').replaceAll(`${dir}/`, '');
  const cases = Object.values(CASES).flat();
  test.each(cases.map((each) => [title(each), each] as const))('%s', async (_title, each) => {
    const { own = OWN, without = [], inputs } = each;
    const { found } = await outcome(await reference([...own, ...each.args], inputs));
    const base = await baseOutcome([...(each.base ?? own), ...without], inputs);
    expect(found).not.toEqual(base.found);
    const plan = await fast([...own, ...each.args], inputs);
    expect((await outcome(plan)).found).toEqual(found);
    const two = await twoOutcome(each);
    expect(two.found).toEqual(found);
    expect(two.handedOver > 0).toBe(each.alone !== true);
  });
});

test.each(Object.entries(SHOWN))('%s leaves the plan as it is', async (_name, args) => {
  expect(await planOf([...OWN, ...args])).toEqual(await planOf(OWN));
});

describe('a further thread', () => {
  const entries = Object.entries(NEEDS) as [keyof ScanPlan, Case | string][];
  const needed = entries.flatMap(([name, need]) =>
    typeof need === 'string' ? [] : [[name, need] as const],
  );
  const namesOf = (need: string): (keyof ScanPlan)[] =>
    entries.filter((entry) => entry[1] === need).map(([name]) => name);

  test.each(needed)('finds something else without %s of the plan', async (name, need) => {
    const { args, own = OWN, inputs } = need;
    const plan = together(await fast([...own, ...args], inputs));
    const { found } = await twoOutcome(need);
    expect((await outcome(plan, lacking(plan, [name]))).found).not.toEqual(found);
  });

  test.each(namesOf('to start'))('cannot start without %s of the plan', async (name) => {
    const plan = together(await fast(OWN));
    await expect(outcome(plan, lacking(plan, [name]))).rejects.toThrow(/^a thread failed: /);
  });

  test('needs nothing else of the plan', async () => {
    const plan = together(await fast(OWN));
    const { found } = await outcome(plan);
    expect((await outcome(plan, lacking(plan, namesOf('nothing')))).found).toEqual(found);
  });
});

test('a plan is plain data, which crosses to a thread whole', async () => {
  for (const { args, own = OWN, inputs } of Object.values(CASES).flat()) {
    const plan = await planOf([...own, ...args], inputs);
    expect(structuredClone(plan)).toEqual(plan);
  }
});

test('following goes on reading, in the order of the lines', async () => {
  const plan = await planOf([...OWN, '--follow', '--sort', 'time']);
  expect([plan.follow, plan.byTime]).toEqual([true, false]);
});

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { eventLine, folder, ruleText } from '../cli/events.ts';
import { runCli } from '../cli/run-cli.ts';

const RULES = `
- list: allowed_users
  items: [nobody]
- list: busy
  items: [secrets]
- macro: user_known_deletes
  condition: (ka.user.name = nobody)
- macro: kx_pod
  condition: (ka.target.resource = pods)
- macro: kx_evt_once
  condition: (ka.stage in (ResponseStarted, ResponseComplete))
${ruleText('Any', 'ka.verb exists and kx_evt_once')}
${ruleText('Read', 'ka.verb in (get, list)', {
  more: '  exceptions:\n    - {name: user, fields: ka.user.name}\n    - {name: place, fields: ka.target.namespace}\n',
})}
${ruleText('Deleted', 'ka.verb = delete and not user_known_deletes')}
${ruleText('Known', 'ka.target.resource in (busy) and not ka.user.name in (allowed_users)')}
${ruleText('Made', 'kx_pod and ka.verb = create', {
  more: '  exceptions:\n    - {name: image, fields: ka.req.pod.containers.image.repository}\n',
})}
${ruleText('Grave', 'ka.target.resource = secrets', { priority: 'CRITICAL' })}
- correlation: Deletes Then Reads
  desc: d
  type: event_count
  rules: [Counted]
  group-by: [ka.user.name]
  timespan: 10m
  condition: {gte: 5}
  output: Many
  priority: NOTICE
${ruleText('Counted', 'ka.target.resource = configmaps')}
`;

/** Numbers that are the same in every run. */
function numbers(seed: number): (below: number) => number {
  let state = seed * 7919 + 1;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const USERS = [
  'jane',
  'busy',
  'a, b',
  'o"n\'eill\\',
  'line\nbreak',
  'null',
  'system:anonymous',
  'ü\u2028',
];
const NAMESPACES = ['shop', 'kube-system', 'x y', undefined];
const IMAGES = ['nginx', 'registry.example:5000/tools', 'busybox'];

/** A log in which some do the same again and again, and others this and that. */
function randomLog(seed: number): string {
  const next = numbers(seed);
  const pick = <T>(values: readonly T[]): T => values[next(values.length)]!;
  const habit = (): Record<string, unknown> => {
    const verb = pick(['get', 'list', 'create', 'delete']);
    const resource = pick(['pods', 'pods', 'secrets', 'configmaps', undefined]);
    const objectRef = resource && {
      resource,
      namespace: pick(NAMESPACES),
      name: pick(['web', 'db', 'x'.repeat(300), undefined]),
    };
    const pod = verb === 'create' && resource === 'pods' && next(4) > 0;
    const images = Array.from({ length: 1 + next(2) }, () => pick(IMAGES));
    return {
      verb,
      user: { username: pick(USERS) },
      requestURI: pick(['/healthz', '/version', '/api/v1/x?limit=500']),
      ...(objectRef !== undefined && { objectRef }),
      ...(objectRef === undefined && { objectRef: undefined }),
      responseStatus: { code: pick([200, 200, 403]) },
      ...(pod && {
        requestObject: {
          kind: 'Pod',
          metadata: {
            generateName: 'web-',
            ownerReferences: [{ kind: 'ReplicaSet', name: pick(['r1', 'r2']), controller: true }],
          },
          spec: { containers: images.map((image) => ({ name: image, image: `${image}:1` })) },
        },
      }),
    };
  };
  const habits = Array.from({ length: 3 + next(4) }, habit);
  let seconds = 0;
  const lines = Array.from({ length: 60 + next(120) }, (_, index) => {
    seconds += next(30);
    const time = new Date(Date.UTC(2026, 2, 5, 10) + seconds * 1000).toISOString();
    const event = next(4) === 0 ? habit() : pick(habits);
    const stages = next(12) === 0 ? ['ResponseStarted', 'ResponseComplete'] : ['ResponseComplete'];
    return stages.map((stage) =>
      eventLine({
        ...event,
        stage,
        auditID: `id-${index}`,
        requestReceivedTimestamp: time,
        stageTimestamp: time,
      }),
    );
  });
  return `${lines.flat().join('\n')}\n`;
}

const SEEDS = 9;
/** Forms of the entries of all logs, and whether rules were left alone. */
const met = new Set<string>();

interface Found {
  readonly rule: string;
  readonly key: string;
  readonly severity: string;
  readonly event: Record<string, unknown>;
}

interface Entry {
  readonly form: string;
  readonly fields: Record<string, string | string[]>;
  readonly silences: number;
  readonly examples: readonly { file: string; line: number; audit_id: string }[];
}

interface Json {
  readonly findings: number;
  readonly silenced: number;
  readonly rules: readonly {
    rule: string;
    findings: number;
    entries: Entry[];
    left_because?: string;
  }[];
}

/** A value of an event, read apart from the fields of rules. */
function valueOf(field: string, event: Record<string, unknown>): string | string[] | undefined {
  const at = (...path: string[]): unknown =>
    path.reduce<unknown>(
      (value, key) => (value as Record<string, unknown> | undefined)?.[key],
      event,
    );
  const paths: Record<string, string[]> = {
    'ka.user.name': ['user', 'username'],
    'ka.target.namespace': ['objectRef', 'namespace'],
    'ka.target.resource': ['objectRef', 'resource'],
    'ka.target.name': ['objectRef', 'name'],
    'ka.verb': ['verb'],
    'ka.uri': ['requestURI'],
  };
  if (field === 'ka.req.pod.containers.image.repository') {
    const containers = at('requestObject', 'spec', 'containers') as { image: string }[] | undefined;
    return containers?.map(({ image }) => image.replace(/:1$/, ''));
  }
  const path = paths[field];
  if (path === undefined) throw new Error(`no model of ${field}`);
  return at(...path) as string | undefined;
}

function fits({ fields }: Entry, { event }: Found): boolean {
  return Object.entries(fields).every(([field, value]) => {
    const own = valueOf(field, event);
    if (own === undefined) return false;
    return typeof value === 'string'
      ? own === value
      : (own as string[]).every((item) => value.includes(item));
  });
}

async function scanned(args: readonly string[]): Promise<Found[]> {
  const { stdout, code, stderr } = await runCli({
    args: ['scan', ...args, '-q', '--raw', '-f', 'ndjson'],
  });
  expect(stderr).toBe('');
  expect(code).toBe(0);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const { rule, k8s_audit: told } = JSON.parse(line);
      return {
        rule,
        key: `${rule} ${told.file}:${told.line} ${told.stage}`,
        severity: told.severity,
        event: told.event,
      };
    });
}

describe.each(Array.from({ length: SEEDS }, (_, seed) => seed))('a random log, %i', (seed) => {
  const dir = folder({ 'rules.yaml': RULES, 'a.log': randomLog(seed), 'empty.log': '' });
  const file = (name: string): string => join(dir, name);
  const common = ['--no-default-rules', '-r', file('rules.yaml')];
  const limits = ['--per-hour', '10', '--share', String(10 + (seed % 4) * 10)];
  const includeHigh = seed % 5 === 4 ? ['--include-high'] : [];

  test('loses exactly what the entries cover, none of it grave, in both engines', async () => {
    const tuneArgs = ['tune', file('a.log'), ...common, ...limits, ...includeHigh];
    const run = async (engine: string, format: string): Promise<string> =>
      (await runCli({ args: [...tuneArgs, '--engine', engine, '-f', format] })).stdout;
    const json = await run('fast', 'json');
    expect(await run('reference', 'json')).toBe(json);
    const told = JSON.parse(json) as Json;
    writeFileSync(file('tuning.yaml'), await run('fast', 'yaml'));
    const before = await scanned([file('a.log'), ...common]);
    expect(told.findings).toBe(before.length);
    const after = await scanned([
      file('a.log'),
      ...common,
      ...(told.silenced > 0 ? ['-r', file('tuning.yaml')] : []),
    ]);
    const left = new Set(after.map(({ key }) => key));
    const lost = before.filter(({ key }) => !left.has(key));
    const known = new Set(before.map(({ key }) => key));
    expect(after.filter(({ key }) => !known.has(key))).toEqual([]);
    expect(lost).toHaveLength(told.silenced);
    const grave = lost.filter(({ severity }) => severity === 'high');
    expect(includeHigh.length > 0 || grave.length === 0).toBe(true);
    for (const { rule, findings, entries, left_because: reason } of told.rules) {
      const own = before.filter((each) => each.rule === rule);
      expect(findings).toBe(own.length);
      expect(entries.length > 0).toBe(reason === undefined);
      for (const { form, fields } of entries)
        met.add(`${form} of ${Object.keys(fields).length > 1 ? 'several' : 'one'}`);
      if (reason !== undefined) met.add(reason.replaceAll(/^(?:all|\d+)|\d.*/g, ''));
      const covered = own.filter((each) => entries.some((entry) => fits(entry, each)));
      expect(lost.filter((each) => each.rule === rule).map(({ key }) => key)).toEqual(
        covered.map(({ key }) => key),
      );
      const sum = entries.reduce((total, { silences }) => total + silences, 0);
      expect(sum).toBe(covered.length);
      for (const entry of entries) {
        // No other field has one value in all that it covers, but those that the rule asks for.
        const those = own.filter((each) => fits(entry, each));
        for (const field of [
          'ka.user.name',
          'ka.target.namespace',
          'ka.target.resource',
          'ka.verb',
        ]) {
          const values = new Set(those.map(({ event }) => valueOf(field, event)));
          const [only] = values;
          if (values.size > 1 || only === undefined || FIXED[rule]?.includes(field)) continue;
          expect(Object.keys(entry.fields), `${rule} ${field}`).toContain(field);
        }
        expect(entry.examples.length).toBe(Math.min(3, entry.silences));
        for (const { file: name, line, audit_id: id } of entry.examples) {
          const example = those.find(({ key }) => key.startsWith(`${rule} ${name}:${line} `));
          expect(example?.event).toMatchObject({ auditID: id });
        }
      }
    }
  });

  test('says of each entry that it is used, and on an empty log that none is', async () => {
    const { stdout } = await runCli({
      args: ['tune', file('a.log'), ...common, ...limits, ...includeHigh, '-f', 'yaml'],
    });
    writeFileSync(file('tuning.yaml'), stdout);
    if (stdout === '') return;
    const check = async (log: string, ...more: string[]) => {
      const { stdout: text, code } = await runCli({
        args: ['tune', file(log), ...common, '--check', file('tuning.yaml'), '-f', 'json', ...more],
      });
      return { code, ...(JSON.parse(text) as { unused: number; entries: { silences: number }[] }) };
    };
    const used = await check('a.log');
    expect(used.code).toBe(0);
    expect(used.unused).toBe(0);
    expect(used.entries.length).toBeGreaterThan(0);
    expect(await check('a.log', '--engine', 'fast')).toEqual(used);
    const unused = await check('empty.log');
    expect(unused.code).toBe(1);
    expect(unused.unused).toBe(used.entries.length);
  });
});

/** Fields of which rules ask for one value. */
const FIXED: Record<string, readonly string[]> = {
  Deleted: ['ka.verb'],
  Known: [],
  Made: ['ka.target.resource', 'ka.verb'],
  Grave: ['ka.target.resource'],
  Counted: ['ka.target.resource'],
};

test('the logs had entries of several forms, and rules without any', () => {
  expect([...met]).toEqual(
    expect.arrayContaining([
      'exception of one',
      'exception of several',
      'macro of several',
      ' of severity high (--include-high proposes for them)',
      'and a correlation that was found is made of them',
    ]),
  );
});

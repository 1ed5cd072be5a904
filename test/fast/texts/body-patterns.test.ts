import { Buffer } from 'node:buffer';
import { describe, expect, test } from 'vitest';
import { forEachAtom } from '../../../src/condition/condition.ts';
import { needsOf, type Need } from '../../../src/fast/body-search/needed-texts.ts';
import { FOUND, MAX, MEMORY, SLOTS } from '../../../src/fast/wasm/layout.gen.ts';
import { buildSearch, type Pattern } from '../../../src/fast/wasm/pattern-tables.ts';
import { Scanner } from '../../../src/fast/wasm/wasm-scanner.ts';
import { seeds } from '../../seeds.ts';
import { compiled, rulesOf } from '../conditions.ts';
import { scanFast, scanReference } from '../engines.ts';
import { Random } from '../random.ts';

/** Conditions that bodies decide, of every kind that is looked for in bytes. */
const CONDITIONS = [
  'kx.podspec.privileged intersects (true)',
  'kx.podspec.privileged exists',
  'kx.podspec.host_network = true',
  'kx.podspec.run_as_user in (0, 1)',
  'kx.podspec.images intersects (img/a:1)',
  'kx.podspec.images.repository intersects (img/a)',
  'kx.podspec.capabilities intersects (SYS_ADMIN, NET_RAW)',
  'kx.podspec.hostpaths intersects (/etc)',
  'kx.podspec.host_ports exists',
  'kx.podspec.service_account = "a/b"',
  'join(" ", kx.podspec.commands) contains "/dev/tcp/"',
  'join(" ", kx.podspec.commands) contains "nc -e"',
  'concat(" ", join(" ", kx.podspec.commands)) glob "*[ /;&|]nc *-e*sh*"',
  'join(" ", kx.podspec.commands) contains "curl nc"',
  'tolower(join("+", kx.podspec.commands)) contains "wget+"',
  'tolower(kx.podspec.images) intersects ("img/b")',
  'ka.req.pod.containers.command intersects ("nc -e sh")',
  'ka.req.pod.containers.privileged intersects (true)',
  'ka.req.pod.volumes.hostpath intersects (/etc)',
  'ka.req.pod.host_pid = true',
  'ka.req.pod.fs_group = 7',
  'ka.req.configmap.obj contains password',
  'jevt.value[/requestObject/spec] icontains "XmRig"',
  'jevt.value[/requestObject] iglob "*xmrig*pool*"',
  'jevt.value[/requestObject/spec/containers/0/name] = c0',
  'jevt.value[/requestObject/metadata/labels/a~1b] = x',
  'jevt.value[/responseObject/spec] contains curl',
  'not jevt.value[/requestObject/data/k] contains "a & b"',
  'jevt.value[/requestObject/data/k] = "a & b"',
  'ka.req.pod.containers.image.repository intersects (img/a) or ka.req.pod.host_ipc = true',
];

const WORDS = [
  'nc',
  '-e',
  'sh',
  'nc -e sh',
  'sync',
  'exec nc x',
  '/dev/tcp/1',
  'XMRIG --pool',
  'xmrig',
  'curl',
  'WGET',
  'nc\0x',
  'a & b',
  '"privileged":true',
  'password',
];

function json(r: Random, value: unknown): string {
  let text = JSON.stringify(value);
  if (r.chance(10)) text = text.replaceAll('/', '\\/');
  if (r.chance(25)) {
    // One letter or sign in a hundred is spelled as an escape.
    text = text.replaceAll(/(?<!\\)[a-zA-Z_/ -]/g, (char) =>
      r.chance(1) ? `\\u00${char.charCodeAt(0).toString(16)}` : char,
    );
  }
  return r.chance(5) ? text.replaceAll('":', '": ') : text;
}

function body(r: Random): unknown {
  if (r.chance(3)) return r.pick([null, 'text xmrig pool', [], 7]);
  const words = () =>
    Array.from({ length: r.below(4) }, () => r.pick<unknown>([...WORDS, 5, true]));
  const container = (_: unknown, i: number) => ({
    name: `c${i}`,
    image: r.pick(['img/a:1', 'IMG/B', 'x', 'img/a@sha256:1']),
    ...(r.chance(60) ? { command: words() } : {}),
    ...(r.chance(40) ? { args: words() } : {}),
    securityContext: {
      ...(r.chance(30) ? { privileged: r.pick<unknown>([true, false, 'true', null]) } : {}),
      ...(r.chance(30) ? { runAsUser: r.pick<unknown>([0, 1, 1000, '0']) } : {}),
      ...(r.chance(30)
        ? { capabilities: { add: r.pick<unknown>([['SYS_ADMIN'], 'NET_RAW']) } }
        : {}),
    },
    ...(r.chance(30) ? { ports: [{ hostPort: r.below(2) }] } : {}),
  });
  return {
    metadata: { labels: { 'a/b': r.pick(['x', 'y']) } },
    data: { k: r.pick(WORDS) },
    spec: {
      containers: Array.from({ length: 1 + r.below(2) }, container),
      volumes: [{ name: 'v', hostPath: { path: r.pick(['/etc', '//etc/', '/x']) } }].slice(
        r.below(2),
      ),
      serviceAccountName: r.pick(['a/b', 'c']),
      securityContext: { fsGroup: r.pick<unknown>([7, '7', 8]) },
      ...(r.chance(20) ? { hostNetwork: r.chance(50) } : {}),
      ...(r.chance(20) ? { hostPID: r.chance(50), hostIPC: r.chance(50) } : {}),
    },
  };
}

/** As a level is written, and what says that bodies are missing. */
const LEVELS = ['RequestResponse', 'RequestResponse', 'Request', 'Metadata', 'R\\u0065quest', 'x'];
const VERBS = ['create', 'update', 'patch', 'p\\u0061tch', 'creat\\u0065'];
const DECIDED = '"authorization.k8s.io/decision":"allow"';
const TRUNCATED = `"annotations":{${DECIDED},"audit.k8s.io/truncated":"true"},`;

function line(r: Random, i: number): string {
  const level = r.chance(90) ? `"level":"${r.pick(LEVELS)}",` : '';
  const bodies = ['requestObject', 'responseObject'].map((key) =>
    r.chance(80) ? `"${key}":${json(r, body(r))},` : '',
  );
  const resource = r.pick(['pods', 'configmaps']);
  return (
    `{"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"${i}","stage":"ResponseComplete",` +
    `${level}"verb":"${r.pick(VERBS)}","objectRef":{"resource":"${resource}"},` +
    '"requestURI":"/x","user":{"username":"u"},"sourceIPs":[],"responseStatus":{"code":200},' +
    `${bodies.join('')}${r.chance(10) ? TRUNCATED : `"annotations":{${DECIDED}},`}"stageTimestamp":"2024-05-01T00:00:00Z"}`
  );
}

function ruleOf(finding: string): string {
  return (JSON.parse(finding) as { rule: string }).rule;
}

describe('what is looked for in bodies', () => {
  test.each(seeds(4))('never hides a finding, seed %i', async (seed) => {
    const r = new Random(seed);
    const input = Buffer.from(Array.from({ length: 700 }, (_, i) => `${line(r, i)}\n`).join(''));
    const options = { rules: await rulesOf(CONDITIONS), matching: 'all' } as const;
    const [header] = await rulesOf(['ka.verb = patch or ka.uri exists']);
    const named = { ...header!, name: 'header' };
    const all = scanReference(input, { ...options, rules: [named, ...options.rules] });
    const found = all.findings.map((text) => ({ text, rule: ruleOf(text) }));
    const of = (wanted: (rule: string) => boolean): string[] =>
      found.filter(({ rule }) => wanted(rule)).map(({ text }) => text);
    // Rules that never fire would prove nothing.
    const fired = new Set(found.map(({ rule }) => rule));
    const names = [named, ...options.rules].map(({ name }) => name);
    expect([...fired].toSorted()).toEqual(names.toSorted());
    const expected = { ...all, findings: of((rule) => rule !== 'header') };
    expect(scanFast(input, options, 1 << 16)).toEqual(expected);
    // Most bodies hold nothing of what one rule asks for. A rule finds the same beside others as beside one.
    for (const rule of options.rules) {
      const findings = of((name) => name === 'header' || name === rule.name);
      const few = { ...options, rules: [named, rule] };
      expect(scanFast(input, few, 1 << 16)).toEqual({ ...all, findings });
    }
  });

  test('is asked for by every condition that a body decides', async () => {
    const asks = await Promise.all(
      CONDITIONS.map(async (text) => {
        const needs: Need[] = [];
        forEachAtom(await compiled(text), (atom) => needs.push(...needsOf(atom)));
        return needs.length > 0 ? [] : [text];
      }),
    );
    expect(asks.flat()).toEqual([]);
  });
});

function random(r: Random, length: number, letters: string): string {
  return Array.from({ length }, () => letters[r.below(letters.length)]).join('');
}

describe('the search for many texts', () => {
  test.each(seeds(20))('finds those that are there, and no others, seed %i', (seed) => {
    const r = new Random(seed);
    const letters = r.pick(['ab"', 'aAbB-', 'abcdefghABCDEFGH:"/. ']);
    const patterns: Pattern[] = Array.from({ length: 1 + r.below(60) }, () => {
      const ignoreCase = r.chance(40);
      const text = random(r, 3 + r.below(6), letters);
      return { text: ignoreCase ? text.toLowerCase() : text, ignoreCase };
    });
    const scanner = new Scanner(SLOTS, { classify: () => 0, step: () => 0 });
    const table = scanner.addPatterns(
      buildSearch(new Map(patterns.map((each, i) => [i + 1, each]))),
    )!;
    const { block } = MEMORY;
    scanner.ensure(block + 1000 + MAX.overread);
    for (let round = 0; round < 30; round++) {
      const text = random(r, r.below(200), letters);
      // What follows the text must not count.
      scanner.bytes.write(text + random(r, 40, letters), block, 'latin1');
      scanner.find(table, round % 4, [{ start: block, end: block + text.length }]);
      const bits = patterns.map((_, i) => scanner.isFound(round % 4, i + 1));
      expect(bits).toEqual(
        patterns.map((each) => (each.ignoreCase ? text.toLowerCase() : text).includes(each.text)),
      );
    }
  });

  test.each([
    ['"\\u0061"', 1],
    ['"\\u0026\\u003c\\u003E\\u0022\\u005c"', 0],
    ['"\\u002f"', 1],
    ['"a\\/b"', 1],
    ['"\\u000a\\n\\t\\"\\\\"', 0],
    ['"\\u00e9"', 0],
    ['"\\u0000"', 1],
    ['"\\u007a"', 1],
  ])('tells whether %s hides a character', (text, expected) => {
    const scanner = new Scanner(SLOTS, { classify: () => 0, step: () => 0 });
    const table = scanner.addPatterns(
      buildSearch(new Map([[1, { text: 'abc', ignoreCase: false }]])),
    )!;
    const { block } = MEMORY;
    scanner.ensure(block + 1000);
    scanner.bytes.write(text, block, 'latin1');
    scanner.find(table, 0, [{ start: block, end: block + text.length }]);
    expect(scanner.isFound(0, FOUND.hidingEscape)).toBe(expected === 1);
  });
});

import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import {
  bundledPolicies,
  bundledRules,
  createDecoder,
  createEngine,
  FIELD_CLASSES,
  findingToJson,
  formatDiagnostic,
  KnownError,
  loadRules,
  parseEvent,
  parseEvents,
  scanFiles,
  selectRules,
  type Finding,
  type RuleSet,
} from '../src/index.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const run = promisify(execFile);

const RULES = `
- rule: Deleted
  desc: d
  condition: ka.verb = delete
  output: deleted by %ka.user.name
  priority: WARNING
  source: k8s_audit
- rule: Off
  desc: d
  condition: ka.verb exists
  output: o
  priority: DEBUG
  source: k8s_audit
  enabled: false
`;
const EVENT =
  '{"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"a","stage":"ResponseComplete",' +
  '"verb":"delete","user":{"username":"bob"},"stageTimestamp":"2026-03-05T10:00:00Z"}';

const fired = (found: readonly Finding[]): string[] => found.map(({ rule }) => rule);

async function load(text: string): Promise<RuleSet> {
  const { ruleSet } = await loadRules([{ name: 'r.yaml', text }]);
  if (ruleSet === undefined) throw new Error('rules do not load');
  return ruleSet;
}

describe('the documentation', () => {
  const text = readFileSync(join(ROOT, 'docs/library.md'), 'utf8');
  const [, example = ''] = /```js\n([^]*?)```/.exec(text) ?? [];
  const [, printed = ''] = /It prints:\n\n```\n([^]*?)```/.exec(text) ?? [];

  test('has an example that runs against the package as a user imports it', async () => {
    // Inside the package its own name resolves as it does for a user.
    const folder = mkdtempSync(join(ROOT, 'dist/example-'));
    try {
      const file = join(folder, 'example.mjs');
      writeFileSync(file, example);
      expect((await run(process.execPath, [file])).stdout).toBe(printed);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('has examples that compile, as TypeScript and with strict types', async () => {
    const blocks = [...text.matchAll(/```(?:js|ts)\n([^]*?)```/g)].map(([, code]) => code!);
    expect(blocks.length).toBeGreaterThan(2);
    const folder = mkdtempSync(join(ROOT, 'dist/example-'));
    try {
      const files = blocks.map((code, index) => {
        const file = join(folder, `example-${index}.mts`);
        writeFileSync(file, code);
        return file;
      });
      const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2023'];
      const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
      const args = [tsc, '--ignoreConfig', ...options, '--types', 'node', ...files];
      const result = await run(process.execPath, args, { cwd: folder }).catch(
        (error: unknown) => error as { stdout: string },
      );
      expect(result.stdout).toBe('');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('has functions that exist', async () => {
    const library: object = await import('../src/index.ts');
    const table = text.slice(text.indexOf('| function |'));
    const names = [...table.matchAll(/^\| (`[^|]*`) \|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`(\w+)/g)].map(([, name]) => name!),
    );
    expect(names.length).toBeGreaterThan(5);
    for (const name of names) expect(library).toHaveProperty(name);
  });
});

describe('scans of files', () => {
  const sample = join(ROOT, 'samples/coin-miner.log');
  const collect = async (scan: AsyncIterable<Finding>): Promise<Finding[]> => {
    const found: Finding[] = [];
    for await (const finding of scan) found.push(finding);
    return found;
  };

  test('find what the command finds', async () => {
    const scan = scanFiles([sample, join(ROOT, 'samples/quiet-cluster.log')]);
    const found = await collect(scan);
    const summary = await scan.summary;
    const inputs = [sample, join(ROOT, 'samples/quiet-cluster.log')];
    const options = ['-f', 'ndjson', '-q', '--time-format', 'time'];
    const program = join(ROOT, 'bin/k8s-audit.js');
    const { stdout } = await run(process.execPath, [program, 'scan', ...inputs, ...options]);
    expect(found.map((each) => findingToJson(each))).toEqual(stdout.trim().split('\n'));
    expect(found.length).toBeGreaterThan(3);
    expect([summary.findings, summary.inputCount]).toEqual([found.length, 2]);
  });

  test('take rules of their own, alone or beside the others', async () => {
    const rules = [{ name: 'r.yaml', text: RULES.replace('ka.verb = delete', 'ka.verb exists') }];
    const own = await collect(scanFiles([sample], { rules, defaultRules: false }));
    expect(new Set(fired(own))).toEqual(new Set(['Deleted']));
    const both = fired(await collect(scanFiles([sample], { rules })));
    expect(both).toContain('Deleted');
    expect(both).toContain('Coin Miner in Workload');
    const only = { only: ['Coin Miner in Workload'] };
    const selected = await collect(scanFiles([sample], { selection: only }));
    expect(new Set(fired(selected))).toEqual(new Set(only.only));
    const later = scanFiles([sample], { since: new Date('2099-01-01T00:00:00Z') });
    expect(await collect(later)).toEqual([]);
    expect((await later.summary).filtered).toHaveLength(1);
  });

  test('wait for whoever takes the findings, and end when nobody does', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'k8s-audit-'));
    const file = join(folder, 'many.log');
    writeFileSync(file, `${EVENT}\n`.repeat(40_000));
    const options = { rules: [{ name: 'r.yaml', text: RULES }], defaultRules: false };
    let count = 0;
    const scan = scanFiles([file], options);
    for await (const _ of scan) if (++count === 3) break;
    const summary = await scan.summary;
    expect(summary.interrupted).toBe(true);
    expect(summary.events).toBeLessThan(40_000);
    expect(await collect(scanFiles([file], options))).toHaveLength(40_000);
    await expect(collect(scan)).rejects.toThrow('once');
  });

  test('say what is wrong: rules by an error, inputs in the summary', async () => {
    const rules = [{ name: 'r.yaml', text: RULES.replace('ka.verb', 'ka.vreb') }];
    const wrong = scanFiles([sample], { rules });
    await expect(collect(wrong)).rejects.toThrow(KnownError);
    await expect(wrong.summary).rejects.toThrow(/r\.yaml:4:14: error: /);
    const missing = scanFiles(['/no/such.log']);
    expect(await collect(missing)).toEqual([]);
    expect((await missing.summary).problems).toMatchObject([{ reason: 'missing' }]);
  });

  test('have the bundled rules and policies', async () => {
    const { ruleSet } = await loadRules(await bundledRules());
    expect(ruleSet!.rules.length).toBeGreaterThan(100);
    expect((await bundledPolicies()).map(({ name }) => name)).toContain('K8s Threat Detection');
  });
});

describe('rules', () => {
  test('are selected and evaluated', async () => {
    const { rules } = await load(RULES);
    const event = parseEvent(EVENT);
    expect(fired(createEngine(selectRules(rules).rules).evaluate(event))).toEqual(['Deleted']);
    expect(fired(createEngine(rules).evaluate(event))).toEqual(['Deleted', 'Off']);
    expect(fired(createEngine(rules, { matching: 'first' }).evaluate(event))).toEqual(['Deleted']);
    const { rules: off } = selectRules(rules, { only: ['Off'] });
    expect(fired(createEngine(off).evaluate(event))).toEqual(['Off']);
  });

  test('that do not load come back as diagnostics', async () => {
    const { ruleSet, files } = await loadRules([
      { name: 'r.yaml', text: RULES.replace('ka.verb = delete', 'ka.vreb = delete') },
    ]);
    expect(ruleSet).toBeUndefined();
    const [error] = files[0]!.errors;
    expect(error).toMatchObject({ code: 'LOAD_ERR_COMPILE_CONDITION', file: 'r.yaml', line: 4 });
    expect(formatDiagnostic(error!)).toContain('r.yaml:4:14: error: ');
  });
});

describe('events', () => {
  test('are parsed with their place', () => {
    const { events, problems } = parseEvents(`${EVENT}\nrubbish\n\n${EVENT}\n`, { file: 'a.log' });
    expect(events.map(({ num, origin }) => [num, origin.file, origin.line])).toEqual([
      [1, 'a.log', 1],
      [2, 'a.log', 4],
    ]);
    expect(problems).toEqual([expect.objectContaining({ reason: 'text', line: 2 })]);
  });

  test.each([
    ['nothing', '', 'no audit event: empty text'],
    ['text', 'hello', 'no audit event: text without JSON'],
    ['two events', `${EVENT}\n${EVENT}`, '2 events where one is due'],
  ])('parseEvent refuses %s', (_name, text, message) => {
    expect(() => parseEvent(text)).toThrow(new KnownError('input', message));
  });

  test('come from a decoder line by line', () => {
    const seen: string[] = [];
    const sink = {
      event: ({ value }: { value: { [key: string]: unknown } }) => seen.push(String(value['verb'])),
      problem: () => undefined,
    };
    const decoder = createDecoder();
    decoder.line(EVENT, 1, sink);
    decoder.end(sink);
    expect(seen).toEqual(['delete']);
  });
});

test('a finding prints as Falco’s alert, in the zone asked for', async () => {
  const { rules } = await load(RULES);
  const engine = createEngine(selectRules(rules).rules, { timezone: 'Europe/Berlin' });
  const [finding] = engine.evaluate(parseEvent(EVENT));
  expect(JSON.parse(findingToJson(finding!))).toMatchObject({
    output: '11:00:00.000000000: Warning deleted by bob',
    rule: 'Deleted',
    priority: 'Warning',
  });
});

test('the field catalogue has every class', () => {
  expect(FIELD_CLASSES.map(({ name }) => name)).toEqual(['evt', 'ka', 'json', 'kx']);
});

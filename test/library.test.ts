import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import {
  createDecoder,
  createEngine,
  FIELD_CLASSES,
  findingToJson,
  formatDiagnostic,
  KnownError,
  loadRules,
  parseEvent,
  parseEvents,
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

  test('has functions that exist', async () => {
    const library: object = await import('../src/index.ts');
    const names = [...text.matchAll(/^\| (`[^|]*`) \|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`(\w+)/g)].map(([, name]) => name!),
    );
    expect(names.length).toBeGreaterThan(5);
    for (const name of names) expect(library).toHaveProperty(name);
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

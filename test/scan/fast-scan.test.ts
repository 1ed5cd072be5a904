import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { encodeJson, findingToJson, summaryToJson } from '../../src/outputs/encode/json-encode.ts';
import { expandSources } from '../../src/io/sources.ts';
import type { ReadPlan } from '../../src/scan/plan.ts';
import { scan } from '../../src/scan/run-scan.ts';
import { adversarial, plainLine } from '../fast/corpus.ts';
import { Random } from '../fast/random.ts';
import { temporaryFolder } from '../io/temp.ts';
import { loadBundled } from '../rules-content/bundled-rules.ts';
import { evaluationOf } from './evaluations.ts';

/** Everything a scan tells, as text. */
async function outcome(
  paths: readonly string[],
  engine: 'fast' | 'reference',
  changes: Partial<ReadPlan> & { matching?: 'first' } = {},
): Promise<{ findings: string[]; rest: string }> {
  const { ruleSet } = await loadBundled();
  const all = ruleSet!.rules;
  const [off, rules] = [all.slice(0, 20), all.slice(20)];
  const evaluation = evaluationOf(rules, { off, matching: changes.matching });
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
  return { findings, rest };
}

function corpora(seed: number): string[] {
  const folder = temporaryFolder();
  const random = new Random(seed);
  const plain = Array.from({ length: 300 }, () => plainLine(random)).join('\n');
  const files: Record<string, string | Buffer> = {
    'audit.log': plain,
    'again.log': plain.slice(0, plain.length / 2),
    'odd.log': adversarial(random, 150),
    'packed.log.gz': gzipSync(plain.slice(plain.length / 3)),
    // The long lines are passed over, the last one at the end of its file; their bytes count.
    'long.log': `${plain}\n${'x'.repeat(3 << 20)}\n${plain}\n`,
    'long-end.log': `${plain.slice(0, 5000)}\n${'x'.repeat((1 << 20) + 2)}`,
    'table.csv': `@logStream,@message\n${plain
      .split('\n')
      .map((line, i) => `s${i},"${line.replaceAll('"', '""')}"`)
      .join('\n')}`,
    'colours.log': plain.replaceAll(/[{}]/g, (char) => `\u001b[1m${char}\u001b[0m`),
    'mixed.log': Buffer.concat([Buffer.from(`${plain}\n`), gzipSync(plain), Buffer.from('\n[\n')]),
    'wide.log': Buffer.from(plain, 'utf16le'),
    'text.log': 'I0102 03:04:05.000000 1 main.go:1] hello\n\nnot json\n',
  };
  return Object.entries(files).map(([name, content]) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  });
}

test.each([1, 2, 3, 4])(
  'both engines tell the same of several inputs with the bundled rules (seed %i)',
  async (seed) => {
    const paths = corpora(seed);
    const reference = await outcome(paths, 'reference', { duplicates: 'count' });
    const fast = await outcome(paths, 'fast', { duplicates: 'count' });
    expect(fast.findings).toEqual(reference.findings);
    expect(fast.rest).toBe(reference.rest);
    expect(reference.findings.length).toBeGreaterThan(20);
    // The half that is in two files, and the packed part of it.
    expect(JSON.parse(reference.rest).duplicates).toBeGreaterThan(100);
  },
);

test('both engines agree inside a time window and with the first match only', async () => {
  const paths = corpora(9);
  const changes = {
    since: BigInt(Date.parse('2024-03-01T00:00:00Z')) * 1_000_000n,
    until: BigInt(Date.parse('2024-08-01T00:00:00Z')) * 1_000_000n,
    matching: 'first' as const,
  };
  const reference = await outcome(paths, 'reference', changes);
  expect(await outcome(paths, 'fast', changes)).toEqual(reference);
  expect(reference.findings.length).toBeGreaterThan(5);
});

test('an input without events is described alike', async () => {
  const path = corpora(5).at(-1)!;
  const reference = await outcome([path], 'reference');
  expect(await outcome([path], 'fast')).toEqual(reference);
  expect(JSON.parse(reference.rest).looksLike).toContain('klog');
});

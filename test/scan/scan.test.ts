import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Finding } from '../../src/engine/finding.ts';
import { expandSources } from '../../src/io/sources.ts';
import type { ScanHooks } from '../../src/scan/hooks.ts';
import type { ReadPlan } from '../../src/scan/plan.ts';
import { scan } from '../../src/scan/run-scan.ts';
import { loadOk, rule } from '../helpers.ts';
import { eventLine } from '../cli/events.ts';
import { temporaryFolder } from '../io/temp.ts';
import { evaluationOf } from './evaluations.ts';

interface Run {
  readonly findings: Finding[];
  readonly result: Awaited<ReturnType<typeof scan>>;
  readonly progress: [bytes: number, events: number][];
}

async function run(
  files: Readonly<Record<string, string>>,
  plan: Partial<ReadPlan> = {},
  hooks: Partial<ScanHooks> = {},
): Promise<Run> {
  const folder = temporaryFolder();
  const paths = Object.entries(files).map(([name, text]) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  });
  const { sources, problems } = expandSources(paths);
  const { rules } = await loadOk(rule('ka.verb exists'));
  const findings: Finding[] = [];
  const progress: [number, number][] = [];
  const result = await scan(
    {
      sources,
      sourceProblems: problems,
      engine: 'reference',
      since: undefined,
      until: undefined,
      maxEventSize: 1 << 20,
      cluster: undefined,
      ...plan,
    },
    evaluationOf(rules),
    {
      finding: (finding) => {
        findings.push(finding);
        return true;
      },
      settle: () => Promise.resolve(),
      progress: (bytes, events) => void progress.push([bytes, events]),
      signal: new AbortController().signal,
      now: () => 0,
      ...hooks,
    },
  );
  return { findings, result, progress };
}

const ns = (time: string) => BigInt(Date.parse(`2026-03-05T${time}Z`)) * 1_000_000n;
const at = (time: string) => eventLine({ stageTimestamp: `2026-03-05T${time}Z` });

describe('a scan', () => {
  test('hands over findings in input order, with their place', async () => {
    const files = { 'a.log': `${at('10:00:00')}\n\n${at('09:00:00')}\n`, 'b.log': at('08:00:00') };
    const { findings, result } = await run(files);
    expect(findings.map(({ origin }) => [origin.file.slice(-5), origin.line])).toEqual([
      ['a.log', 1],
      ['a.log', 3],
      ['b.log', 1],
    ]);
    expect(result.summary).toMatchObject({ events: 3, lines: 4, blankLines: 1, inputCount: 2 });
  });

  test('counts only what the hook wants counted', async () => {
    const { result } = await run({ 'a.log': `${at('10:00:00')}\n` }, {}, { finding: () => false });
    expect(result.summary).toMatchObject({ events: 1, findings: 0, eventsWithFindings: 0 });
  });

  test('leaves out events before since, and from until on', async () => {
    const text = ['08:00:00', '09:00:00', '10:00:00'].map((time) => `${at(time)}\n`).join('');
    const range = { since: ns('09:00:00'), until: ns('10:00:00') };
    const { findings, result } = await run({ 'a.log': text }, range);
    expect(findings.map(({ time }) => time)).toEqual([ns('09:00:00')]);
    expect(result.summary).toMatchObject({
      events: 3,
      filtered: [{ reason: 'outside --since, --last and --until', count: 2 }],
    });
  });

  test('names the cluster where the log does not', async () => {
    const { findings } = await run({ 'a.log': at('10:00:00') }, { cluster: 'prod' });
    expect(findings[0]!.origin.cluster).toBe('prod');
  });

  test('tells unread inputs from records that were not understood', async () => {
    const files = {
      'a.log': `${at('10:00:00')}\n{"kind":\n`,
      'b.log': '\0\u0001\u0002\u0003\0\0\0',
    };
    const { result } = await run(files, { sourceProblems: [{ path: 'x', reason: 'missing' }] });
    expect({ unread: result.unread, faults: result.faults }).toEqual({ unread: 2, faults: 1 });
  });

  test('reports bytes and events as they are read', async () => {
    const text = `${at('10:00:00')}\n`.repeat(3);
    const { progress } = await run({ 'a.log': text });
    expect(progress.at(-1)).toEqual([text.length, 3]);
  });

  test('stops at a signal and says so', async () => {
    const stopped = new AbortController();
    const stop = { signal: stopped.signal, settle: async () => stopped.abort() };
    const { findings, result } = await run(
      { 'a.log': at('10:00:00'), 'b.log': at('11:00:00') },
      {},
      stop,
    );
    expect(findings).toHaveLength(1);
    expect(result.summary.interrupted).toBe(true);
  });
});

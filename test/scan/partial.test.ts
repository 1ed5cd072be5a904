import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Finding } from '../../src/engine/finding.ts';
import { expandSources, searchOrder } from '../../src/io/sources.ts';
import { findingToJson, summaryToJson } from '../../src/outputs/encode/json-encode.ts';
import { partName } from '../../src/rules/rule.ts';
import { leftOutNotes, type PartialHead } from '../../src/scan/partial/partial.ts';
import { PartialSet } from '../../src/scan/partial/partial-set.ts';
import { PartialWriter } from '../../src/scan/partial/partial-writer.ts';
import type { ScanHooks } from '../../src/scan/hooks.ts';
import { scan } from '../../src/scan/run-scan.ts';
import type { FromWorker, ScanThreads } from '../../src/scan/threads/contract.ts';
import { ownThread } from '../../src/scan/threads/range-worker.ts';
import { KnownError } from '../../src/util/errors.ts';
import { plainLine } from '../fast/corpus.ts';
import { Random } from '../fast/random.ts';
import { AT_NIGHT, seeds } from '../seeds.ts';
import { loadOk, ruleOf } from '../helpers.ts';
import { folder as newFolder } from '../cli/events.ts';
import { finding } from '../outputs/findings.ts';
import { evaluationOf } from './evaluations.ts';

const HEAD: PartialHead = { version: '1.2.3', digest: { rules: 'abc' }, raw: false };
const folder = newFolder();
const { rules } = await loadOk(
  [
    ruleOf({ rule: 'Got', condition: 'ka.verb in (get, list, create)' }),
    ruleOf({ rule: 'Named', condition: 'ka.target.name exists', priority: 'NOTICE' }),
  ].join('\n'),
);
const evaluation = () => evaluationOf(rules, {});

const file = join(folder, 'big.log');
const random = new Random(5);
const lines = Array.from({ length: 400 }, (_, index) =>
  index % 37 === 5 ? `broken {"a" ${index}` : plainLine(random),
);
writeFileSync(file, `${lines.join('\n')}\n`);

const plan = {
  sources: expandSources([file]).sources,
  sourceProblems: [],
  since: undefined,
  until: undefined,
  maxEventSize: 1 << 16,
  cluster: 'c1',
  engine: 'fast' as const,
  duplicates: 'count' as const,
};

interface Result {
  readonly findings: readonly string[];
  readonly summary: string;
}

async function run(more: Partial<ScanHooks>, threads?: ScanThreads): Promise<Result> {
  const findings: string[] = [];
  const { summary } = await scan(
    plan,
    evaluation(),
    {
      finding: (found) => findings.push(findingToJson(found)) > 0,
      settle: () => Promise.resolve(),
      progress: () => undefined,
      signal: new AbortController().signal,
      now: () => 0,
      ...more,
    },
    threads,
  );
  return { findings, summary: summaryToJson(summary) };
}

/** Threads that read small ranges of the input, all of them in this thread. */
function ranges(count: number): ScanThreads {
  return {
    count,
    threshold: 0,
    rangeSize: 16 * 1024,
    start(receive) {
      const thread = ownThread(plan, evaluation(), receive);
      setImmediate(() => receive({ kind: 'ready' } satisfies FromWorker));
      return thread;
    },
  };
}

/** A partial result of the input, as a file. */
async function recorded(name: string, threads?: ScanThreads): Promise<string> {
  let text = '';
  const writer = new PartialWriter(HEAD, [], (more) => {
    text += more;
  });
  await run({ recorder: writer }, threads);
  writer.end();
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** Why a file is refused; empty when it is not. @throws what is no refusal */
async function failureOf(path: string): Promise<string> {
  try {
    await run({ recorded: new PartialSet([path], HEAD.version) });
    return '';
  } catch (error) {
    if (error instanceof KnownError) return error.message;
    throw error;
  }
}

describe('a partial result', () => {
  test('replays to the scan that it was recorded of, however many threads recorded it', async () => {
    const whole = await run({});
    expect(whole.findings.length).toBeGreaterThan(50);
    for (const [count, threads] of [undefined, ranges(0), ranges(1)].entries()) {
      const set = new PartialSet([await recorded(`${count}.part`, threads)], HEAD.version);
      expect(await run({ recorded: set })).toEqual(whole);
    }
  });

  test('fails with file and line alone, whatever bytes are in it', async () => {
    const path = await recorded('fuzz.part');
    const good = readFileSync(path);
    let refused = 0;
    const rounds = AT_NIGHT ? 500 : 60;
    const chance = new Random(seeds(1)[0]!);
    for (let round = 0; round < rounds; round++) {
      const bytes = Buffer.from(good);
      const at = chance.below(bytes.length);
      const kind = chance.below(3);
      if (kind === 0) bytes[at] = chance.below(256);
      if (kind === 1) bytes.copyWithin(at, chance.below(bytes.length));
      const size = kind === 2 ? at : bytes.length;
      writeFileSync(path, bytes.subarray(0, size));
      const message = await failureOf(path);
      expect(message).toMatch(/^$|^\S*fuzz\.part(?::\d+:| is of k8s-audit).*$/);
      if (message !== '') refused++;
    }
    expect(refused).toBeGreaterThan(rounds / 3);
  });

  test('keeps what it does not have room for as a count', () => {
    const kept: string[] = [];
    const write = (text: string): void => void kept.push(text);
    const bounds = { candidates: 2, hashes: 3 };
    const writer = new PartialWriter(HEAD, [], write, { candidates: 1, hashes: 0 }, bounds);
    writer.input('a.log');
    const part: Finding = finding({ rule: partName('Many', 'gone') });
    for (let i = 0; i < 4; i++) writer.event(1n, [part, finding()]);
    writer.end();
    expect(writer.leftOut).toEqual({ candidates: 3, hashes: 0 });
    const events = kept.filter((line) => line.startsWith('{"event"'));
    expect(events.map((line) => line.split('"message"').length - 1)).toEqual([2, 2, 1, 1]);
    expect(leftOutNotes(writer.leftOut)).toHaveLength(1);
    expect(leftOutNotes({ candidates: 0, hashes: 0 })).toEqual([]);
  });

  test('knows as many events as it has room for', async () => {
    let text = '';
    const bounds = { candidates: 10, hashes: 150 };
    const write = (more: string): void => {
      text += more;
    };
    const writer = new PartialWriter(HEAD, [], write, undefined, bounds);
    await run({ recorder: writer });
    writer.end();
    expect(writer.leftOut.hashes).toBeGreaterThan(100);
    const noted = [...text.matchAll(/"noted":(\[[^\]]*\])/g)].flatMap(
      ([, list]) => JSON.parse(list!) as string[],
    );
    const size = noted.reduce((sum, each) => sum + Buffer.from(each, 'base64').length, 0);
    expect(size).toBe(150 * 8);
  });
});

test('inputs are in the order in which a search finds them', () => {
  const names = [
    'b/a.log',
    'b/a.log.2.gz',
    'b/a.log.1',
    'a.log',
    'b/c/z.log',
    'b/B.log',
    'a/x.log',
  ];
  const found = [
    'a.log',
    'a/x.log',
    'b/B.log',
    'b/a.log.2.gz',
    'b/a.log.1',
    'b/a.log',
    'b/c/z.log',
  ];
  for (let round = 0; round < 5; round++) {
    expect(searchOrder(random.shuffled(names))).toEqual(found);
  }
});

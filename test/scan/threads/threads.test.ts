import { Buffer } from 'node:buffer';
import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { gzipSync } from 'node:zlib';
import { describe, expect, test, vi } from 'vitest';
import { RuleCounter } from '../../../src/engine/rule-counter.ts';
import { expandSources } from '../../../src/io/sources.ts';
import {
  encodeJson,
  findingToJson,
  summaryToJson,
} from '../../../src/outputs/encode/json-encode.ts';
import { Suppressor, type CompiledIgnore } from '../../../src/policies/ignore.ts';
import type { Rule } from '../../../src/rules/rule.ts';
import type { Evaluation } from '../../../src/scan/evaluation.ts';
import type { ReadPlan } from '../../../src/scan/plan.ts';
import type {
  FromWorker,
  ScanThreads,
  ToWorker,
  WorkerThread,
} from '../../../src/scan/threads/contract.ts';
import { needsNumbers } from '../../../src/scan/threads/numbering.ts';
import { RangeWorker } from '../../../src/scan/threads/range-worker.ts';
import { RepeatedEvents } from '../../../src/scan/threads/repeated-events.ts';
import { scan } from '../../../src/scan/run-scan.ts';
import { compiled } from '../../fast/conditions.ts';
import { adversarial, plainLine } from '../../fast/corpus.ts';
import { CUTTING, WRAPPINGS, type Wrapping } from '../../fast/shapes/wrappings.ts';
import { Random } from '../../fast/random.ts';
import { temporaryFolder } from '../../io/temp.ts';
import { loadBundled } from '../../rules-content/bundled-rules.ts';
import { AT_NIGHT, seeds } from '../../seeds.ts';
import { evaluationOf } from '../evaluations.ts';

interface Changes extends Partial<ReadPlan> {
  readonly matching?: 'first';
  /** Those that are evaluated; few of the bundled ones by default. */
  readonly rules?: readonly Rule[];
}

interface Setting {
  /** Threads besides the one that writes; none scans without them. */
  readonly threads: number;
  readonly rangeSize: number;
  readonly changes?: Changes;
  /** Takes the number of jobs that were started. */
  readonly jobs?: (count: number) => void;
  /** Sees each message of a thread; may change it. */
  readonly tap?: (message: FromWorker) => FromWorker;
  readonly signal?: AbortSignal;
  readonly onFinding?: (count: number) => void;
}

const { ruleSet } = await loadBundled();
const OFF = ruleSet!.rules.slice(0, 20);
const RULES = ruleSet!.rules.slice(20);
/**
 * Enough for most logs: each thread readies a scanner of its own, which takes as long as all else here with all
 * rules.
 */
const FEW = RULES.filter((_, index) => index % 5 === 0);

/** An ignore entry for rules of these names. */
function ignored(
  names: readonly string[],
  condition?: CompiledIgnore['condition'],
): CompiledIgnore {
  const scalar = { kind: 'scalar', isNull: false, start: 0, end: 0, style: 'plain' } as const;
  const rules = names.map((text) => ({ ...scalar, text, source: { name: 'c.yaml', text } }));
  const entry = { rules, condition: undefined, reason: '', expires: undefined, place: 'c.yaml:1' };
  return { entry, condition };
}

const IGNORED = RULES.map(({ name }) => name).filter(({ length }) => length % 5 === 0);
const ENTRIES = [ignored(IGNORED, await compiled('ka.verb = get')), ignored(IGNORED)];

/** What each thread evaluates with; made anew, it counts for itself. */
function evaluation({ matching, rules = FEW }: Changes = {}): Evaluation {
  const suppressor = new Suppressor(ENTRIES, undefined);
  return { ...evaluationOf(rules, { off: OFF, matching }), suppressor };
}

function planOf(changes: Changes = {}) {
  const { matching: _, rules: __, ...rest } = changes;
  const fixed = { sources: [], sourceProblems: [], maxEventSize: 1 << 16, cluster: 'c1' };
  return { since: undefined, until: undefined, engine: 'fast' as const, ...fixed, ...rest };
}

/** A thread in this one: messages are cloned as between threads. */
function startThread(setting: Setting, receive: (message: FromWorker) => void): WorkerThread {
  const { port1, port2 } = new MessageChannel();
  const tap = setting.tap ?? ((message) => message);
  const worker = new RangeWorker(planOf(setting.changes), evaluation(setting.changes), (message) =>
    port2.postMessage(tap(message)),
  );
  port1.on('message', (message: FromWorker) => receive(message));
  port2.postMessage({ kind: 'ready' } satisfies FromWorker);
  port2.on('message', (message: ToWorker) => worker.receive(message));
  return {
    post: (message) => port1.postMessage(message),
    stop() {
      port1.close();
      return Promise.resolve();
    },
  };
}

/** Everything a scan tells. */
async function outcome(path: string | readonly string[], setting: Setting) {
  const { sources, problems } = expandSources([path].flat());
  const whole = evaluation(setting.changes);
  // Counts of the only counter are taken for each job that was scanned, and for each whose events were judged; those of
  // the ignore entries for the latter.
  const taken = vi.spyOn(RuleCounter.prototype, 'take').mockClear();
  const judged = vi.spyOn(Suppressor.prototype, 'take').mockClear();
  const threads: ScanThreads = {
    count: setting.threads,
    threshold: 1,
    rangeSize: setting.rangeSize,
    start: (receive) => startThread(setting, receive),
  };
  const findings: string[] = [];
  const result = await scan(
    {
      ...planOf(setting.changes),
      sources,
      sourceProblems: problems,
    },
    whole,
    {
      finding: (finding) => {
        findings.push(encodeJson(findingToJson(finding)));
        setting.onFinding?.(findings.length);
        return findings.length % 7 !== 0;
      },
      settle: () => Promise.resolve(),
      progress: () => undefined,
      signal: setting.signal ?? new AbortController().signal,
      now: () => 0,
    },
    setting.threads === 0 ? undefined : threads,
  );
  setting.jobs?.(taken.mock.calls.length - judged.mock.calls.length);
  const { summary, blind, unread, faults, duplicates, looksLike } = result;
  const counted = [...(whole.counters![0]?.counts ?? [])].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return {
    findings,
    summary: encodeJson(summaryToJson(summary)),
    interrupted: summary.interrupted,
    blind: [blind.events, blind.list()],
    counted,
    dropped: whole.suppressor!.counts.map(({ count }) => count),
    rest: { unread, faults, duplicates, looksLike },
  };
}

const plainLines = (random: Random, count: number): string[] =>
  Array.from({ length: count }, () => plainLine(random));
const file = (content: string | Buffer): string => {
  const path = join(temporaryFolder(), 'audit.log');
  writeFileSync(path, content);
  return path;
};
const pretty = (line: string): string => JSON.stringify(JSON.parse(line), null, 2);
const cri = (line: string): string => `2024-01-01T00:00:00.0Z stdout F ${line}`;
const docker = (line: string): string => JSON.stringify({ log: `${line}\n`, stream: 'stdout' });
const mixed = (random: Random, each: (line: string) => string): string =>
  plainLines(random, 80)
    .map((line, index) => (index % 9 === 4 ? each(line) : line))
    .join('\n');

const csv = (line: string, index: number): string =>
  `s${index % 3},"two\nlines","${(index % 5 === 0 ? pretty(line) : line).replaceAll('"', '""')}"`;
const coloured = (line: string): string => line.replaceAll('{', '\u001b[1;39m{\u001b[0m');
const hidden = (line: string): string => JSON.stringify({ input: { message: line } });

/** Two logs in a tar archive. */
function archive(lines: readonly string[]): Buffer {
  const parts: Buffer[] = [];
  for (const [name, content] of [
    ['one.log', lines.slice(0, 70).join('\n')],
    ['two.log', `${lines.slice(70).map(cri).join('\n')}\n{"cut":`],
  ] as const) {
    const bytes = Buffer.from(content);
    const header = Buffer.alloc(512);
    header.write(name);
    header.write('0000644\0', 100);
    header.write(`${bytes.length.toString(8).padStart(11, '0')}\0`, 124);
    header.write('        0', 148);
    header.write('ustar\u000000', 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    parts.push(header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512));
  }
  return Buffer.concat([...parts, Buffer.alloc(1024)]);
}

/** Events in wrappings that change now and then. */
function wrapped(r: Random, wrappings: readonly Wrapping[], count: number): string {
  let current = r.pick(wrappings);
  const lines = plainLines(r, count).map((line) => {
    if (r.chance(4)) current = r.pick(wrappings);
    return current.wrap(line);
  });
  return lines.join('\n');
}

const CORPORA: readonly (readonly [name: string, make: (random: Random) => string | Buffer])[] = [
  ['plain lines', (r) => `${plainLines(r, 120).join('\n')}\n`],
  ['a last line without a line feed', (r) => plainLines(r, 80).join('\n')],
  ['CRLF', (r) => plainLines(r, 80).join('\r\n')],
  ['blank lines', (r) => plainLines(r, 80).join('\n\n  \n')],
  ['values of several lines', (r) => mixed(r, pretty)],
  ['an array over all lines', (r) => `[\n${plainLines(r, 60).map(pretty).join(',\n')}\n]\n`],
  ['lines cut in the middle', (r) => mixed(r, (line) => line.slice(0, r.below(line.length)))],
  ['stray brackets behind broken values', (r) => mixed(r, (line) => `{\n${line}}}\n}\n],`)],
  ['CRI lines among others', (r) => mixed(r, cri)],
  ['CRI lines', (r) => plainLines(r, 80).map(cri).join('\n')],
  ['split CRI lines', (r) => mixed(r, (line) => cri(line.slice(0, 90)).replace(' F ', ' P '))],
  ['wrapped lines among others', (r) => mixed(r, docker)],
  [
    'lines longer than ranges',
    (r) => mixed(r, (line) => line.replace('{', `{"x":"${'y'.repeat(9000)}",`)),
  ],
  ['lines over the limit', (r) => mixed(r, (line) => line + ' '.repeat(1 << 16))],
  [
    'text without events',
    () => 'I0102 03:04:05.000000 1 main.go:1] hello\n\nnot json\n'.repeat(60),
  ],
  ['NUL bytes first', (r) => `${'\0'.repeat(5000)}${plainLines(r, 50).join('\n')}`],
  ['rows of CSV', (r) => `@logStream,note,@message\n${plainLines(r, 80).map(csv).join('\n')}\n`],
  ['rows of CSV without header among others', (r) => mixed(r, (line) => csv(line, 5))],
  [
    'gzip data behind text',
    (r) =>
      Buffer.concat([
        Buffer.from(`${plainLines(r, 80).join('\n')}\n`),
        gzipSync(`${plainLines(r, 80).join('\n')}\n`),
        Buffer.from(plainLines(r, 20).join('\n')),
      ]),
  ],
  [
    'UTF-16 behind text',
    (r) =>
      Buffer.concat([
        Buffer.from(`${plainLines(r, 80).join('\n')}\n`),
        Buffer.from(`${plainLines(r, 60).join('\r\n')}\r\n`, 'utf16le'),
        Buffer.from(plainLines(r, 20).join('\n')),
      ]),
  ],
  ['UTF-16 without a mark', (r) => Buffer.from(plainLines(r, 60).join('\n'), 'utf16le')],
  ['coloured lines', (r) => mixed(r, coloured)],
  ['events in unknown wrappers', (r) => mixed(r, hidden)],
  ['wrapped lines', (r) => wrapped(r, WRAPPINGS, 200)],
  ['wrapped events in parts', (r) => wrapped(r, CUTTING, 100)],
  ['adversarial lines', (r) => adversarial(r, 100)],
  ['more adversarial lines', (r) => adversarial(r, 100)],
  [
    'adversarial lines between plain ones',
    (r) =>
      [
        plainLines(r, 60).join('\n'),
        adversarial(r, 20).toString('latin1'),
        plainLines(r, 60).join('\n'),
      ].join('\n'),
  ],
];

/** Logs that are scanned with all rules. */
const WITH_ALL = new Set(['plain lines', 'values of several lines']);

/** Ranges of a line or two are the hardest. */
const HARDEST = [2, 700] as const;
const OTHERS = [
  [1, 5000],
  [2, 4096],
  [3, 3001],
  [3, 50_000],
] as const;

/** Threads and bytes of a range: each log is shared out in the hardest way and one other; at night in all. */
function waysOf(name: string): readonly (readonly [threads: number, rangeSize: number])[] {
  const at = CORPORA.findIndex(([other]) => other === name);
  return [HARDEST, ...(AT_NIGHT ? OTHERS : [OTHERS[at % OTHERS.length]!])];
}

describe('threads find, count and order as one thread does', () => {
  test.each(CORPORA)('%s', async (name, make) => {
    const path = file(make(new Random(name.length * 31 + 6 + seeds(1)[0]!)));
    const changes = WITH_ALL.has(name) ? { rules: RULES } : {};
    const one = await outcome(path, { threads: 0, rangeSize: 0, changes });
    for (const [threads, rangeSize] of waysOf(name)) {
      const many = await outcome(path, { threads, rangeSize, changes });
      expect(many, `${threads} of ${rangeSize}`).toEqual(one);
    }
  });

  test('inside a time window, with the first match only', async () => {
    const path = file(adversarial(new Random(77), 300));
    const changes = {
      since: BigInt(Date.parse('2024-03-01T00:00:00Z')) * 1_000_000n,
      until: BigInt(Date.parse('2024-08-01T00:00:00Z')) * 1_000_000n,
      matching: 'first' as const,
    };
    const one = await outcome(path, { threads: 0, rangeSize: 0, changes });
    expect(one.findings.length).toBeGreaterThan(5);
    expect(await outcome(path, { threads: 2, rangeSize: 3000, changes })).toEqual(one);
  });
});

describe('several inputs', () => {
  const inputs = (random: Random): string[] => {
    const lines = plainLines(random, 300);
    const contents = [
      lines.slice(0, 120).join('\n'),
      gzipSync(lines.slice(60, 200).join('\n')),
      '',
      `${mixed(random, pretty)}\n{"cut":`,
      lines.slice(100, 130).map(cri).join('\n'),
      gzipSync(adversarial(random, 80)).subarray(0, -20),
      Buffer.from([0x50, 0x4b, 0x03, 0x04, 0x14]),
      archive(lines.slice(20, 200)),
      gzipSync(archive(lines.slice(20, 120))),
      lines.join('\n'),
    ];
    return [...contents.map(file), '/nonexistent/audit.log'];
  };

  test.each([
    ['count', [1, 3000]],
    ['count', [2, 100_000]],
    ['keep', [3, 5000]],
  ] as const)('with duplicates: %s, threads and bytes of a range: %s', async (duplicates, how) => {
    const paths = inputs(new Random(21));
    const changes = { duplicates };
    const one = await outcome(paths, { threads: 0, rangeSize: 0, changes });
    expect(one.rest.duplicates > 100).toBe(duplicates === 'count');
    expect(one.rest.unread).toBe(3);
    const [threads, rangeSize] = how;
    expect(await outcome(paths, { threads, rangeSize, changes })).toEqual(one);
  });

  test('many small ones', async () => {
    const random = new Random(3);
    const paths = Array.from({ length: 60 }, () => file(adversarial(random, 5)));
    const changes = { duplicates: 'count' as const };
    const one = await outcome(paths, { threads: 0, rangeSize: 0, changes });
    expect(await outcome(paths, { threads: 2, rangeSize: 4096, changes })).toEqual(one);
  });

  test('are listed with their job, the last one too when its line has no end', async () => {
    const lines = plainLines(new Random(8), 5);
    const noted: number[] = [];
    const done = new Promise<void>((resolve, reject) => {
      const worker = new RangeWorker(planOf({ duplicates: 'count' }), evaluation(), (message) => {
        if (message.kind === 'failed') reject(new Error(message.text));
        if (message.kind !== 'end') return;
        noted.push(message.amounts.noted.reduce((sum, { length }) => sum + length / 2, 0));
        if (noted.length === 2) resolve();
      });
      for (const [id, content] of [
        lines.join('\n'),
        lines.slice(0, 3).map(cri).join('\n'),
      ].entries()) {
        const { sources } = expandSources([file(content)]);
        worker.receive({ kind: 'file', id, source: sources[0]! });
      }
    });
    await done;
    expect(noted).toEqual([5, 3]);
  });

  test('are forgotten as one thread forgets them', () => {
    const hashes = (from: number, to: number): Uint32Array =>
      Uint32Array.from(
        { length: 2 * (to - from) },
        (_, i) => Math.imul(from + (i >> 1) + 1, 0x9e3779b1) ^ (i & 1),
      );
    const repeated = new RepeatedEvents(2000);
    repeated.note(hashes(0, 1500));
    repeated.note(hashes(0, 1500));
    expect(repeated.count).toBe(1500);
    repeated.note(hashes(1500, 3000));
    expect(repeated.count).toBe(1500);
    repeated.note(hashes(0, 1000));
    expect(repeated.count).toBe(1500);
  });
});

describe('ranges', () => {
  test('are each read once in a plain log', async () => {
    const content = plainLines(new Random(5), 300).join('\n');
    let jobs = 0;
    await outcome(file(content), { threads: 3, rangeSize: 4000, jobs: (count) => (jobs = count) });
    expect(jobs).toBe(Math.ceil(Buffer.byteLength(content) / 4000));
  });

  test('are read again a few times only when the log changes its form', async () => {
    const random = new Random(6);
    const lines = [...plainLines(random, 100), ...plainLines(random, 200).map(cri)];
    const content = lines.join('\n');
    let jobs = 0;
    const setting = {
      threads: 2,
      rangeSize: 4000,
      changes: { rules: RULES },
      jobs: (count: number) => (jobs = count),
    };
    const many = await outcome(file(content), setting);
    expect(many.findings.length).toBeGreaterThan(50);
    expect(jobs).toBeLessThan(content.length / 4000 + 10);
  });

  test('are not read far ahead of what is delivered', async () => {
    const path = file(plainLines(new Random(5), 400).join('\n'));
    const seen: number[] = [];
    const tap = (message: FromWorker): FromWorker => {
      if (message.kind === 'part' || message.kind === 'end') seen.push(message.id);
      return message;
    };
    await outcome(path, { threads: 2, rangeSize: 1000, tap });
    for (const [at, id] of seen.entries()) {
      expect(id - Math.min(...seen.slice(at))).toBeLessThanOrEqual(12);
    }
  });
});

describe('trouble', () => {
  test('a thread that fails fails the scan', async () => {
    const path = file(plainLines(new Random(5), 100).join('\n'));
    const tap = (message: FromWorker): FromWorker =>
      message.kind === 'end' ? { kind: 'failed', text: 'out of memory' } : message;
    await expect(outcome(path, { threads: 2, rangeSize: 4000, tap })).rejects.toThrow(
      'a thread failed: out of memory',
    );
  });

  test('a file that is emptied meanwhile is told of, with what is missing of it', async () => {
    const content = plainLines(new Random(5), 400).join('\n');
    const path = file(content);
    let ends = 0;
    const tap = (message: FromWorker): FromWorker => {
      if (message.kind === 'end' && ++ends === 3) truncateSync(path, 10);
      return message;
    };
    const { summary } = await outcome(path, { threads: 2, rangeSize: 2000, tap });
    const { bytes, problems } = JSON.parse(JSON.parse(summary) as string) as {
      readonly bytes: number;
      readonly problems: readonly {
        readonly reason: string;
        readonly count: number;
        readonly examples: readonly { readonly detail: string }[];
      }[];
    };
    const lost = problems.find(({ reason }) => reason === 'lost-bytes')!;
    expect(lost.count).toBe(1);
    const [, missing, behind] = /^(\d+) bytes or more behind byte (\d+)$/.exec(
      lost.examples[0]!.detail,
    )!;
    expect(Number(missing) + Number(behind)).toBe(Buffer.byteLength(content));
    // The line before may have been read with the range before.
    expect(Math.abs(Number(behind) - bytes)).toBeLessThan(4000);
    expect(bytes).toBeLessThan(content.length / 2);
  });

  test('a signal ends the scan with what was found', async () => {
    const path = file(plainLines(new Random(5), 300).join('\n'));
    const stop = new AbortController();
    const changes = { rules: RULES };
    const result = await outcome(path, {
      changes,
      threads: 2,
      rangeSize: 2000,
      signal: stop.signal,
      onFinding: (count) => {
        if (count === 20) stop.abort('SIGINT');
      },
    });
    expect(result.interrupted).toBe(true);
    const whole = await outcome(path, { threads: 0, rangeSize: 0, changes });
    expect(result.findings.length).toBeLessThan(whole.findings.length / 2);
    expect(whole.findings.slice(0, result.findings.length)).toEqual(result.findings);
  });
});

test('numbers of events need one thread', async () => {
  const plain = evaluation();
  expect(needsNumbers(plain)).toBe(false);
  const numbered = ruleSet!.rules.map((rule) => ({
    ...rule,
    message: { ...rule.message, uses: [{ ...rule.message.uses[0]!, name: 'evt.num' }] },
  }));
  const [first] = numbered;
  const entry = ignored([first!.name], await compiled('evt.num > 3'));
  const scope = await compiled('evt.num > 3');
  const policies = [{ name: 'p', severity: undefined, scope }];
  const placements = new Map([[first!.name, { policies, always: false, off: [] }]]);
  for (const changed of [
    { engine: { ...plain.engine, rules: numbered } },
    { engine: { ...plain.engine, scope } },
    { engine: { ...plain.engine, placements } },
    { counters: [new RuleCounter(numbered)] },
    { counters: [new RuleCounter([], placements)] },
    { suppressor: new Suppressor([entry], undefined) },
  ]) {
    expect(needsNumbers({ ...plain, ...changed })).toBe(true);
  }
});

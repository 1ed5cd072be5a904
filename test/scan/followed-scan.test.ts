import { appendFileSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { Checkpoint } from '../../src/io/follow/checkpoint.ts';
import { rulesOf } from '../fast/conditions.ts';
import { adversarial, plainLine } from '../fast/corpus.ts';
import { Random } from '../fast/random.ts';
import { temporaryFolder } from '../io/temp.ts';
import { outcome, type Outcome } from './outcome.ts';

const MAX_EVENT_SIZE = 20_000;
const RULES = await rulesOf(
  [
    'ka.verb = list',
    'ka.verb in (delete, get)',
    'ka.req.pod.host_network = true',
    'ka.user.name = bob and evt.num > 30',
  ],
  '%evt.num %evt.reltime %ka.auditid %ka.target.name',
);

/** What of a checkpoint must not depend on the engine: files of other inodes, at other times. */
function placesIn(path: string): unknown {
  const { clean, files } = JSON.parse(readFileSync(path, 'utf8')) as {
    clean: boolean;
    files: { generations: Record<string, unknown>[] }[];
  };
  // How much may be read before the next write depends on the clock.
  return [
    clean,
    files.map(({ generations }) =>
      generations.map(({ id: _id, path: _path, name: _name, ...rest }) => rest),
    ),
  ];
}

/** One scan with a checkpoint, told without its folder. */
async function run(
  folder: string,
  engine: 'fast' | 'reference',
  inputFormat: string | undefined,
): Promise<Outcome & { places: unknown }> {
  const path = join(folder, 'checkpoint.json');
  const checkpoint = new Checkpoint(path, true);
  // When a rotated file is at its end depends on the clock: here it never is.
  const plan = {
    rotateWait: 1e12,
    checkpoint: path,
    maxEventSize: MAX_EVENT_SIZE,
    inputFormat,
    given: RULES,
  };
  const paths = [join(folder, 'a.log'), join(folder, 'b.log')];
  const { findings, rest } = await outcome(paths, engine, plan, { checkpoint });
  checkpoint.finish();
  const plain = (text: string): string => text.replaceAll(folder, '');
  return { findings: findings.map(plain), rest: plain(rest), places: placesIn(path) };
}

/** The checkpoint that a run leaves that is killed: so many bytes behind it may have been reported. */
function kill(folder: string, window: number): void {
  const path = join(folder, 'checkpoint.json');
  const data = JSON.parse(readFileSync(path, 'utf8')) as { files: object[] };
  const files = data.files.map((file) => ({ ...file, window }));
  writeFileSync(path, JSON.stringify({ ...data, clean: false, files }));
}

/** A log as it grows: hostile text, cut anywhere, and values of many lines whose end comes late. */
function growth(random: Random): string[] {
  const plain = Array.from({ length: 60 }, () => plainLine(random));
  const spread = JSON.stringify(
    plain.slice(0, 9).map((line) => JSON.parse(line) as unknown),
    null,
    1,
  );
  const list = `{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":[\n${plain.slice(9, 30).join(',\n')}\n]}`;
  const text = [
    ...random.shuffled([
      adversarial(random, 60).toString('latin1'),
      `${plain.join('\n')}\n`,
      `${spread}\n${plain[3]}\n`,
      `${list}\n`,
      `${'x'.repeat(MAX_EVENT_SIZE + random.below(5) - 1)}\n${plain[5]}\r\n\n`,
      // More than is read at a time.
      `${Array.from({ length: 300 }, () => plain[random.below(60)]).join('\n')}\n`,
    ]),
  ].join('');
  const cuts = Array.from({ length: 5 }, () => random.below(text.length)).toSorted((a, b) => a - b);
  return [...cuts, text.length].map((cut, i) => text.slice(cuts[i - 1] ?? 0, cut));
}

/** Seeds whose runs had events that may be repeated: not every kill leaves some. */
const marking = new Set<number>();

test.each([1, 2, 3, 4, 5, 6])(
  'both engines go on at the same places and mark the same events as repeated (seed %i)',
  async (seed) => {
    const folder = temporaryFolder();
    const folders = (['reference', 'fast'] as const).map((engine) => {
      const own = join(folder, engine);
      mkdirSync(own);
      writeFileSync(join(own, 'a.log'), '');
      writeFileSync(join(own, 'b.log'), '');
      return [engine, own] as const;
    });
    const random = new Random(seed);
    const format = random.pick([undefined, undefined, 'event', 'docker']);
    const pieces = growth(random);
    const more = growth(random);
    const rotated = random.below(pieces.length);
    for (const [i, piece] of pieces.entries()) {
      const window = random.chance(50) ? random.below(40_000) : undefined;
      const results = [];
      for (const [engine, own] of folders) {
        appendFileSync(join(own, 'a.log'), Buffer.from(piece, 'latin1'));
        appendFileSync(join(own, 'b.log'), Buffer.from(more[i]!, 'latin1'));
        if (i === rotated) {
          renameSync(join(own, 'a.log'), join(own, 'a.log.1'));
          writeFileSync(join(own, 'b.log.1.gz'), gzipSync(readFileSync(join(own, 'b.log'))));
          writeFileSync(join(own, 'a.log'), `${plainLine(new Random(seed))}\n`);
          writeFileSync(join(own, 'b.log'), '');
        }
        results.push(await run(own, engine, format));
        if (window !== undefined) kill(own, window);
      }
      const [reference, fast] = results;
      expect(fast).toEqual(reference);
      if (fast!.findings.some((text) => text.includes('replayed'))) marking.add(seed);
    }
  },
  60_000,
);

test('most of these runs mark events', () => {
  expect(marking.size).toBeGreaterThanOrEqual(3);
});

// The ways in which a log arrives, as shares of a plain scan: CPU seconds of whole processes on logs of two sizes, so
// that what a start costs drops out.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { writeCorpus } from './corpus.mjs';
import { LISTS_IN } from './lists-in.mjs';
import { MODES, WAYS_IN, writeHalves, writeWay } from './ways-in.mjs';

/** @type {readonly (readonly [string, number, number, (lines: readonly string[], i: number) => string])[]} */
const ALL_WAYS = [
  ...WAYS_IN.map(([name, aim, wrap]) => [name, aim, 1, ([line], i) => wrap(line, i)]),
  ...LISTS_IN,
];

/** Megabytes of the two plain logs that are wrapped. */
export const SIZES = [40, 200];

/** The file of a profile in a folder, made when it is not there yet. */
export function logOf(data, profile, size) {
  const path = join(data, `${profile}-${size}.ndjson`);
  if (!existsSync(path)) {
    process.stderr.write(`writing ${path}\n`);
    mkdirSync(data, { recursive: true });
    writeCorpus(path, profile, size);
  }
  return path;
}

const sizeOf = (file) => statSync(file).size;

/** CPU seconds of a command and of all it starts, output discarded; undefined when it fails. */
export function cpuSeconds(command, env) {
  const { status, stdout, stderr } = spawnSync('sh', ['-c', `${command} > /dev/null && times`], {
    env,
    encoding: 'utf8',
  });
  const spent = /(\d+)m([\d.]+)s (\d+)m([\d.]+)s\s*$/.exec(stdout ?? '');
  if (status !== 0 || spent === null) {
    process.stderr.write(`failed: ${command}\n${stderr}\n`);
    return undefined;
  }
  const [, userMinutes, user, systemMinutes, system] = spent.map(Number);
  return 60 * (userMinutes + systemMinutes) + user + system;
}

/**
 * Measures every way in, and returns the rows of a table.
 *
 * @param {{ data: string, scan: string, rounds: number, env: object, only?: string }} options `scan`: the command
 *   before the file
 */
export async function sharesOfPlain({ data, scan, rounds, env, only }) {
  const plain = SIZES.map((size) => logOf(data, 'normal', size));
  const isWanted = ([name]) => only === undefined || name.includes(only);
  const rows = [];
  /** Adds a row: `commands` read the small and the large log in the way that is measured. */
  const measure = (name, aim, commands, sizes) => {
    // Both kinds in every round, so that the load of other processes hits them alike.
    const all = { plain: plain.map((file) => `${scan} ${file}`), own: commands };
    const best = { plain: [Infinity, Infinity], own: [Infinity, Infinity] };
    for (let round = 0; round < rounds; round++) {
      for (const [kind, two] of Object.entries(all)) {
        for (const [i, command] of two.entries()) {
          const seconds = cpuSeconds(command, env) ?? Number.NaN;
          best[kind][i] = Math.min(best[kind][i], seconds);
        }
      }
    }
    const rate = ([small, large], [first, second]) => (large - small) / 1e6 / (second - first);
    const own = rate(sizes, best.own);
    const share = own / rate(plain.map(sizeOf), best.plain);
    rows.push(`| ${name} | ${own.toFixed(0)} | ${share.toFixed(2)} | ${aim} |`);
    process.stderr.write(`${rows.at(-1)}\n`);
  };
  for (const [name, aim, count, wrap] of ALL_WAYS.filter(isWanted)) {
    const wrapped = SIZES.map((size) => join(data, `wrapped-${size}.log`));
    for (const [i, target] of wrapped.entries()) await writeWay(plain[i], target, count, wrap);
    const commands = wrapped.map((file) => `${scan} ${file}`);
    measure(name, aim, commands, wrapped.map(sizeOf));
    for (const file of wrapped) rmSync(file);
  }
  const modes = MODES.filter(isWanted);
  const halves = SIZES.map((size) =>
    [1, 2].map((half) => join(data, `half-${half}-${size}.ndjson`)),
  );
  if (modes.length > 0) {
    for (const [i, two] of halves.entries()) await writeHalves(plain[i], two);
  }
  for (const [name, aim, command] of modes) {
    const commands = plain.map((log, i) => command(scan, { log, halves: halves[i] }));
    measure(name, aim, commands, plain.map(sizeOf));
  }
  for (const file of halves.flat()) rmSync(file, { force: true });
  return [
    '## Ways in',
    '',
    `Megabytes a CPU second, one thread, between logs of ${SIZES.join(' and ')} MB (best of ${rounds} rounds), and as a share of the`,
    'same events in plain lines, measured in turns.',
    '',
    '| way in | MB/s | share | aim |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ];
}

// The ways in which a log arrives, as shares of a plain scan: CPU seconds of whole processes on logs of two sizes, so
// that what a start costs drops out.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { writeCorpus } from './corpus.mjs';
import { WAYS_IN, writeWay } from './ways-in.mjs';

/** Megabytes of the two plain logs that are wrapped. */
const SIZES = [40, 200];

/** CPU seconds of a command and of all it starts, output discarded; undefined when it fails. */
function cpuSeconds(command, env) {
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
  mkdirSync(data, { recursive: true });
  const plain = SIZES.map((size) => {
    const path = join(data, `normal-${size}.ndjson`);
    if (!existsSync(path)) writeCorpus(path, 'normal', size);
    return path;
  });
  const wanted = WAYS_IN.filter(([name]) => only === undefined || name.includes(only));
  const rows = [];
  for (const [name, aim, wrap] of wanted) {
    const wrapped = SIZES.map((size) => join(data, `wrapped-${size}.log`));
    for (const [i, target] of wrapped.entries()) await writeWay(plain[i], target, wrap);
    // Both kinds in every round, so that the load of other processes hits them alike.
    const best = { plain: [Infinity, Infinity], wrapped: [Infinity, Infinity] };
    for (let round = 0; round < rounds; round++) {
      for (const [kind, files] of Object.entries({ plain, wrapped })) {
        for (const [i, file] of files.entries()) {
          const seconds = cpuSeconds(`${scan} ${file}`, env) ?? Number.NaN;
          best[kind][i] = Math.min(best[kind][i], seconds);
        }
      }
    }
    const rate = (files, [small, large]) =>
      (statSync(files[1]).size - statSync(files[0]).size) / 1e6 / (large - small);
    const [own, base] = [rate(wrapped, best.wrapped), rate(plain, best.plain)];
    rows.push(`| ${name} | ${own.toFixed(0)} | ${(own / base).toFixed(2)} | ${aim} |`);
    process.stderr.write(`${rows.at(-1)}\n`);
    for (const file of wrapped) rmSync(file);
  }
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

// What a scan costs whatever it reads, and what each further megabyte costs: CPU seconds of whole processes on logs of
// two sizes. A single size hides both.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cpuSeconds, logOf } from './share.mjs';

/** Megabytes of the two logs. */
const SIZES = [100, 500];
/** Reads slowly, and its rate does not depend on the size. */
const SLOW = [20, 40];

/** What jq is asked. */
export const TRIVIAL =
  'select(.stage == "ResponseComplete" and .verb == "create" and .objectRef.resource == "clusterrolebindings")';

/**
 * Name, command before the file, profile of the log, sizes.
 *
 * @type {(here: string, scan: string) => readonly (readonly [string, string, string, readonly number[]])[]}
 */
const rowsOf = (here, scan) => [
  ['wc -l', 'wc -l', 'normal', SIZES],
  ['JSON.parse of every line', `node ${join(here, 'parse-all.mjs')}`, 'normal', SIZES],
  ['jq, one trivial filter', `jq -c '${TRIVIAL}'`, 'normal', SLOW],
  ['scan, default rules', scan, 'normal', SIZES],
  ['scan, default rules, nothing found', scan, 'quiet', SIZES],
  ['scan, users, default rules', scan, 'users', SIZES],
  [
    'scan, one rule',
    `${scan} --no-default-rules -r ${join(here, 'one-rule.yaml')}`,
    'normal',
    SIZES,
  ],
  [
    'scan, users, a rule on every read',
    `${scan} --no-default-rules -r ${join(here, 'high-match.yaml')}`,
    'users',
    SIZES,
  ],
  ['scan, --engine reference', `${scan} --engine reference`, 'normal', SLOW],
];

/**
 * Measures all in turns, and returns the lines of a table.
 *
 * @param {{ data: string, here: string, scan: string, rounds: number, env: object, only?: string }} options `scan`:
 *   the command before the file
 */
export function slopes({ data, here, scan, rounds, env, only }) {
  /** The file of a profile; `quiet` is what the default rules find nothing in. */
  const log = (profile, size) => {
    if (profile !== 'quiet') return logOf(data, profile, size);
    const path = join(data, `quiet-${size}.ndjson`);
    if (!existsSync(path)) {
      writeFileSync(path, withoutFindings(scan, logOf(data, 'normal', size), env));
    }
    return path;
  };
  const rows = rowsOf(here, scan).filter(([name]) => only === undefined || name.includes(only));
  const runs = rows.map(([name, command, profile, sizes]) => {
    const files = sizes.map((size) => log(profile, size));
    return { name, command, files, best: files.map(() => Infinity) };
  });
  for (let round = 0; round < rounds; round++) {
    for (const { command, files, best } of runs) {
      for (const [i, file] of files.entries()) {
        const seconds = cpuSeconds(`${command} ${file}`, env) ?? Number.NaN;
        best[i] = Math.min(best[i], seconds);
      }
    }
  }
  const results = runs.map(({ name, files, best: [first, second] }) => {
    const [small, large] = files.map((file) => statSync(file).size / 1e6);
    const rate = (large - small) / (second - first);
    return { name, rate, fixed: first - small / rate };
  });
  const per = (name) => results.find((one) => one.name === name)?.rate;
  const ratio = (rate, base) => (base === undefined ? '-' : (rate / base).toFixed(2));
  return [
    '## Fixed cost and slope',
    '',
    `CPU seconds that a process takes whatever it reads, and megabytes a further CPU second, from logs of ${SIZES.join(' and ')}`,
    `MB (slow ones ${SLOW.join(' and ')}); one thread, best of ${rounds} rounds. "Nothing found": without the lines that rules fire on.`,
    '',
    '| command | fixed s | MB/s | × JSON.parse | × jq | × wc -l |',
    '| --- | --- | --- | --- | --- | --- |',
    ...results.map(
      ({ name, rate, fixed }) =>
        `| ${name} | ${fixed.toFixed(2)} | ${rate.toFixed(0)} | ${ratio(rate, per('JSON.parse of every line'))} | ` +
        `${ratio(rate, per('jq, one trivial filter'))} | ${ratio(rate, per('wc -l'))} |`,
    ),
    '',
  ];
}

/** The lines of a log that no rule fires on. */
function withoutFindings(scan, path, env) {
  const { stdout } = spawnSync('sh', ['-c', `${scan} ${path}`], {
    env,
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  });
  const fired = new Set(
    stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line).k8s_audit.line),
  );
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.filter((_, index) => !fired.has(index + 1)).join('\n');
}

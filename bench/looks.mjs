// Commands that look at a log without scanning it, as shares of a plain scan: CPU seconds of whole processes on logs of
// two sizes, so that what a start costs drops out.
import { statSync } from 'node:fs';
import { cpuSeconds, logOf, SIZES } from './share.mjs';

/** Commands, and the share of a plain scan's bytes a CPU second that is aimed at; `!` before those that must fail. */
const LOOKS = [
  ['activity', 0.1],
  ['activity --by user', 0.3],
  ['activity --by resource', 0.3],
  ['activity --failed-only', 0.4],
  ['activity sessions', 0.4],
  ['activity identity alice@example.com', 0.3],
  ['activity identity nobody', 0.3],
  ['activity object shop/configmap/app-28-c504f', 0.3],
  ['activity object shop/configmap/none', 0.3],
  ['show 32f90789', 0.3],
  ['! show none', 0.3],
  ['explain 32f90789 --rule port-forward', 0.4],
  ['doctor --rule port-forward', 0.3],
];

/**
 * Measures every command, each in turns with a plain scan, and returns the lines of a table.
 *
 * @param {{ data: string, program: string, rounds: number, env: object, only?: string }} options `program`: how
 *   the command line starts
 */
export function sharesOfLooks({ data, program, rounds, env, only }) {
  const logs = SIZES.map((size) => logOf(data, 'normal', size));
  const [small, large] = logs.map((log) => statSync(log).size / 1e6);
  const rows = LOOKS.filter(([name]) => only === undefined || name.includes(only)).map(
    ([name, aim]) => {
      const command = name.startsWith('! ')
        ? `! ${program} ${name.slice(2)}`
        : `${program} ${name}`;
      const commands = [command, `${program} scan -f ndjson --threads 1`];
      const best = commands.map(() => logs.map(() => Infinity));
      for (let round = 0; round < rounds; round++) {
        for (const [which, each] of commands.entries()) {
          for (const [i, log] of logs.entries()) {
            const seconds = cpuSeconds(`${each} ${log}`, env) ?? Number.NaN;
            best[which][i] = Math.min(best[which][i], seconds);
          }
        }
      }
      const [own, base] = best.map(([first, second]) => (large - small) / (second - first));
      const row = `| ${name} | ${own.toFixed(0)} | ${(own / base).toFixed(2)} | ${aim} |`;
      process.stderr.write(`${row}\n`);
      return row;
    },
  );
  return [
    '## Other commands',
    '',
    `Megabytes a CPU second, between logs of ${SIZES.join(' and ')} MB (best of ${rounds} rounds), and as a share of a`,
    'scan with the default rules, measured in turns.',
    '',
    '| command | MB/s | share | aim |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ];
}

// Measures whole processes on generated logs: `npm run bench -- --size 500 --rounds 5`.
//
// Every round runs every command once, so that the load of other processes hits all alike; the
// table shows medians, and ratios within the run. It is written to bench/RESULTS.md.
import { spawnSync } from 'node:child_process';
import { createReadStream, createWriteStream, existsSync, statSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createGzip } from 'node:zlib';
import { sharesOfLooks } from './looks.mjs';
import { logOf, sharesOfPlain } from './share.mjs';
import { slopes, TRIVIAL } from './slopes.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const DATA = join(HERE, 'data');
const CLI = join(HERE, '../bin/k8s-audit.js');
const EVERY_READ = join(HERE, 'high-match.yaml');
const ONE_RULE = join(HERE, 'one-rule.yaml');

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '500' },
    rounds: { type: 'string', default: '5' },
    'no-write': { type: 'boolean', default: false },
    only: { type: 'string' },
    // `--ways NAME` measures these ways in and nothing else, `--ways ""` all of them.
    ways: { type: 'string' },
    // `--looks NAME` measures these other commands and nothing else, `--looks ""` all of them.
    looks: { type: 'string' },
    // `--slopes NAME` measures what these cost apart from the size, and by it; `--slopes ""` all of them.
    slopes: { type: 'string' },
    // Fails when scanning with default rules is not this many times as fast as JSON.parse.
    least: { type: 'string' },
  },
});
const size = Number(values.size);
const rounds = Number(values.rounds);

const environment = { ...process.env };
// Reading extra certificates costs every start of Node 20 some 35 ms.
delete environment['NODE_EXTRA_CA_CERTS'];

/** Measures the ways in which a log arrives. */
const waysIn = () =>
  sharesOfPlain({
    data: DATA,
    scan: `node ${CLI} scan -f ndjson --threads 1`,
    rounds: Math.max(2, rounds),
    env: environment,
    only: values.ways,
  });
if (values.ways !== undefined) {
  process.stdout.write((await waysIn()).join('\n'));
  process.exit();
}

/** Measures commands that look at a log without scanning it. */
const looks = () =>
  sharesOfLooks({
    data: DATA,
    program: `node ${CLI}`,
    rounds: Math.max(2, rounds),
    env: environment,
    only: values.looks,
  });
if (values.looks !== undefined) {
  process.stdout.write(looks().join('\n'));
  process.exit();
}

/** Measures fixed costs apart from those of each megabyte. */
const fixedAndSlope = () =>
  slopes({
    data: DATA,
    here: HERE,
    scan: `node ${CLI} scan -f ndjson --threads 1`,
    rounds,
    env: environment,
    only: values.slopes,
  });
if (values.slopes !== undefined) {
  process.stdout.write(fixedAndSlope().join('\n'));
  process.exit();
}

function has(tool) {
  return spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0;
}

async function gzipped(path) {
  const target = `${path}.gz`;
  if (!existsSync(target)) {
    await pipeline(createReadStream(path), createGzip({ level: 6 }), createWriteStream(target));
  }
  return target;
}

const normal = logOf(DATA, 'normal', size);
const users = logOf(DATA, 'users', size);
const shuffled = logOf(DATA, 'shuffled', size);
const gzip = await gzipped(normal);
const usersGzip = await gzipped(users);

const scan = `node ${CLI} scan -f ndjson`;
const reads = `--no-default-rules -r ${EVERY_READ}`;
/** Name, shell command, files that it reads. */
const COMMANDS = [
  ['wc -l', `wc -l ${normal}`, normal],
  ['JSON.parse of every line', `node ${join(HERE, 'parse-all.mjs')} ${normal}`, normal],
  ...(has('jq') ? [['jq, one trivial filter', `jq -c '${TRIVIAL}' ${normal}`, normal]] : []),
  ['scan, default rules', `${scan} ${normal} --threads 1`, normal],
  ['scan, default rules, 2 threads', `${scan} ${normal} --threads 2`, normal],
  ['scan, one rule', `${scan} --no-default-rules -r ${ONE_RULE} ${normal} --threads 1`, normal],
  ['scan, --engine reference', `${scan} --engine reference ${normal}`, normal],
  ['scan, shuffled keys', `${scan} ${shuffled} --threads 1`, shuffled],
  ['scan, users, default rules', `${scan} ${users} --threads 1`, users],
  ['JSON.parse, users', `node ${join(HERE, 'parse-all.mjs')} ${users}`, users],
  ['scan, users, a rule on every read', `${scan} ${reads} ${users} --threads 1`, users],
  ['scan, users, a rule on every read, 2 threads', `${scan} ${reads} ${users} --threads 2`, users],
  ['cat into wc -l', `cat ${normal} | wc -l`, normal],
  ['cat into scan', `cat ${normal} | ${scan} -`, normal],
  ['scan, gzip', `${scan} ${gzip} --threads 1`, normal],
  ['scan, two gzip files', `${scan} ${gzip} ${usersGzip} --threads 1`, normal, users],
  ['scan, two gzip files, 2 threads', `${scan} ${gzip} ${usersGzip} --threads 2`, normal, users],
].filter(([name]) => values.only === undefined || name.includes(values.only));

/** Wall-clock seconds of a command, output discarded; undefined when it fails. */
function run(command) {
  const start = performance.now();
  const { status, stderr } = spawnSync('sh', ['-c', `${command} > /dev/null`], {
    env: environment,
    encoding: 'utf8',
  });
  if (status !== 0) {
    process.stderr.write(`failed: ${command}\n${stderr}\n`);
    return undefined;
  }
  return (performance.now() - start) / 1000;
}

function median(list) {
  const sorted = list.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

for (const file of [normal, users, shuffled]) run(`cat ${file}`);
const times = new Map(COMMANDS.map(([name]) => [name, []]));
for (let round = 1; round <= rounds; round++) {
  for (const [name, command, ...files] of COMMANDS) {
    // Other files may have pushed these out of the page cache.
    run(`cat ${files.join(' ')}`);
    const seconds = times.get(name).includes(undefined) ? undefined : run(command);
    times.get(name).push(seconds);
  }
  process.stderr.write(`round ${round} of ${rounds}\n`);
}

const rates = new Map(
  COMMANDS.map(([name, , ...files]) => {
    const list = times.get(name);
    const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0);
    const rate = list.includes(undefined) ? undefined : bytes / 1e6 / median(list);
    return [name, rate];
  }),
);

function ratio(name, base) {
  const [a, b] = [rates.get(name), rates.get(base)];
  return a === undefined || b === undefined ? '-' : (a / b).toFixed(2);
}

function row([name]) {
  const list = times.get(name);
  if (list.includes(undefined)) return `| ${name} | - | - | - | - | - |`;
  const spread = `${median(list).toFixed(2)} (${Math.min(...list).toFixed(2)}–${Math.max(...list).toFixed(2)})`;
  const base = name.includes('users') ? 'JSON.parse, users' : 'JSON.parse of every line';
  return `| ${name} | ${spread} | ${rates.get(name).toFixed(0)} | ${ratio(name, base)} | ${ratio(name, 'jq, one trivial filter')} | ${ratio(name, 'wc -l')} |`;
}

const report = [
  '# Benchmark results',
  '',
  `Written by \`npm run bench\`: ${rounds} interleaved rounds, medians of whole processes, output to`,
  `/dev/null, files of ${size} MB in the page cache. Ratios compare rates within this run.`,
  '',
  `Machine: ${cpus()[0]?.model.trim()} × ${cpus().length}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, ${type()} ${release()}, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}.`,
  '',
  '| command | seconds (min–max) | MB/s | × JSON.parse | × jq | × wc -l |',
  '| --- | --- | --- | --- | --- | --- |',
  ...COMMANDS.map(row),
  '',
  ...(values.only === undefined ? fixedAndSlope() : []),
  ...(values.only === undefined ? await waysIn() : []),
  ...(values.only === undefined ? looks() : []),
].join('\n');
process.stdout.write(report);
if (!values['no-write']) writeFileSync(join(HERE, 'RESULTS.md'), report);

const speed = rates.get('scan, default rules') / rates.get('JSON.parse of every line');
if (values.least !== undefined && !(speed >= Number(values.least))) {
  process.stderr.write(`a scan is not ${values.least} times as fast as JSON.parse\n`);
  process.exitCode = 1;
}

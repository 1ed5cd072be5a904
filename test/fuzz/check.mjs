import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../../dist/cli/main.js';

/** Runs the command line in this process, in a folder of its own. */
async function run(args, cwd) {
  const text = { stdout: [], stderr: [] };
  const stream = (name) => ({
    write: (part) => (text[name].push(part), true),
    drained: () => Promise.resolve(),
    isTTY: false,
    columns: 80,
    closed: false,
    failure: undefined,
  });
  const code = await main(args, {
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    stdinIsTTY: true,
    env: {},
    cwd,
    now: () => Date.UTC(2026, 2, 20),
    ticks: () => 0,
    interrupted: new AbortController().signal,
  });
  return {
    code,
    stdout: text.stdout.join(''),
    stderr: text.stderr.join('').replace(/^Took .*\n/m, ''),
  };
}

/** What is wrong with how a case ends; undefined when nothing is. @param {import('./cases.mjs').Case} one */
export async function faultOf(one) {
  const cwd = mkdtempSync(join(tmpdir(), 'k8s-audit-fuzz-'));
  const before = process.cwd();
  try {
    for (const [name, content] of Object.entries(one.files))
      writeFileSync(join(cwd, name), content);
    process.chdir(cwd);
    return await judge(one, cwd);
  } catch (error) {
    return `thrown: ${error instanceof Error ? error.stack : String(error)}`;
  } finally {
    process.chdir(before);
    rmSync(cwd, { recursive: true, force: true });
  }
}

async function judge({ args, engines, asks, files, sentinels }, cwd) {
  if (asks) return judgeAsk(args, files, cwd);
  if (!engines) return faultOfRun(await run(args, cwd));
  const results = [];
  for (const engine of ['fast', 'reference']) {
    const json = join(cwd, 'o.json');
    rmSync(json, { force: true });
    const result = await run(
      [...args, '--engine', engine, '-o', 'json=o.json', '-o', 'ndjson=-'],
      cwd,
    );
    const fault = faultOfRun(result);
    if (fault !== undefined) return `${engine}: ${fault}`;
    results.push({ ...result, json: readIfThere(json) });
  }
  const [fast, reference] = results;
  for (const part of ['code', 'stdout', 'stderr', 'json']) {
    if (fast[part] !== reference[part])
      return `engines differ in ${part}: ${difference(fast[part], reference[part])}`;
  }
  return fast.json === ''
    ? undefined
    : faultOfReport(JSON.parse(fast.json), files, args, sentinels);
}

/** Small files are read by the reference engine; those that may be compressed, by their names, are not. */
async function judgeAsk(args, files, cwd) {
  const runOn = (name) => {
    writeFileSync(join(cwd, name), files['a.log']);
    const named = args.map((arg) => (arg === 'a.log' ? name : arg));
    return run(named, cwd);
  };
  const reference = await runOn('log.txt');
  const fast = await runOn('log.zst');
  for (const part of ['code', 'stdout', 'stderr']) {
    const own = String(fast[part]).replaceAll('log.zst', 'log.txt');
    if (own !== String(reference[part]))
      return `engines differ in ${part}: ${difference(own, reference[part])}`;
  }
  return faultOfRun(reference);
}

function faultOfRun({ code, stdout, stderr }) {
  if (![0, 1, 2, 3].includes(code)) return `exit code ${code}`;
  if (/^ {4}at |this is a bug|Error: /m.test(stderr)) return `stack trace: ${stderr.slice(0, 500)}`;
  if (code === 2 && stderr + stdout === '') return 'exit code 2 without a word';
  return undefined;
}

function faultOfReport({ findings, summary }, files, args, sentinels = []) {
  const {
    lines,
    blank_lines: blank,
    event_lines: events,
    continuation_lines: more,
    problem_lines: problems,
  } = summary;
  if (blank + events + more + problems !== lines)
    return `lines: ${blank} + ${events} + ${more} + ${problems} is not ${lines}`;
  const text = files['a.log']?.toString('latin1');
  const real =
    text === undefined || text === '' ? undefined : text.replace(/\n$/, '').split('\n').length;
  const isText = !summary.problems.some(({ kind }) => kind === 'io');
  if (real !== undefined && isText && real !== lines) return `${lines} lines instead of ${real}`;
  const found = new Map(findings.map(({ k8s_audit: own }) => [own.auditID, own.line]));
  for (const [id, line] of isText ? sentinels : []) {
    if (!found.has(id)) return `event lost: ${id} on line ${line}`;
    if (found.get(id) !== line) return `event ${id} is on line ${line}, not ${found.get(id)}`;
  }
  return undefined;
}

function readIfThere(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function difference(a, b) {
  const [x, y] = [String(a), String(b)];
  let at = 0;
  while (at < x.length && x[at] === y[at]) at++;
  return JSON.stringify([
    x.slice(Math.max(0, at - 80), at + 120),
    y.slice(Math.max(0, at - 80), at + 120),
  ]);
}

#!/usr/bin/env node
// Fuzzes the built program: npm run fuzz -- [--seed N] [--runs N] [--seconds S] [--only KIND] [--keep FOLDER]
// Replays what was found before: npm run fuzz -- --replay FOLDER
// A run depends on its seed and number alone. What fails is made smaller and kept as a case, if a folder is given.
import { fork } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { KINDS } from './cases.mjs';
import { randomOf } from './random.mjs';

const HANG_MS = 60_000;
const SELF = new URL(import.meta.url).pathname;
const { values } = parseArgs({
  options: Object.fromEntries(
    ['seed', 'runs', 'seconds', 'only', 'keep', 'replay', 'worker'].map((name) => [
      name,
      { type: 'string' },
    ]),
  ),
});
const seed = Number(values.seed ?? Date.now() % 1_000_000);

function caseOf(number) {
  const random = randomOf(seed * 7919 + number);
  const kinds = values.only === undefined ? Object.keys(KINDS) : [values.only];
  // Lines are what attackers write: every third run.
  const kind = number % 3 === 0 && kinds.includes('lines') ? 'lines' : random.pick(kinds);
  return KINDS[kind](random);
}

/** Removes lines of the fuzzed file while the fault stays. */
async function smaller(one, faultOf) {
  const name = Object.keys(one.files).at(-1) === 's.yaml' ? 'a.log' : Object.keys(one.files).at(-1);
  let best = one;
  let lines = one.files[name].toString('latin1').split('\n');
  for (let size = lines.length >> 1, tries = 0; size > 0 && tries < 200; size >>= 1) {
    for (let at = 0; at < lines.length && tries < 200; tries++) {
      const rest = [...lines.slice(0, at), ...lines.slice(at + size)];
      const text = rest.join('\n');
      const left = one.sentinels
        ?.map(([id]) => [id, rest.findIndex((line) => line.includes(id)) + 1])
        .filter(([, line]) => line > 0);
      const candidate = {
        ...best,
        sentinels: left,
        files: { ...best.files, [name]: Buffer.from(text, 'latin1') },
      };
      if ((await faultOf(candidate)) === undefined) at += size;
      else [best, lines] = [candidate, rest];
    }
  }
  return best;
}

function keep(one, fault, number) {
  if (values.keep === undefined) return;
  const folder = join(values.keep, `${one.kind}-${seed}-${number}`);
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(one.files))
    writeFileSync(join(folder, name), content);
  const { files: _, ...rest } = one;
  writeFileSync(join(folder, 'case.json'), `${JSON.stringify({ ...rest, fault }, undefined, 2)}\n`);
  console.log(`  kept in ${folder}`);
}

function readCase(folder) {
  const { fault: _, ...rest } = JSON.parse(readFileSync(join(folder, 'case.json'), 'utf8'));
  const names = readdirSync(folder).filter((name) => name !== 'case.json');
  return {
    ...rest,
    files: Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name))])),
  };
}

async function replay(folder) {
  const { faultOf } = await import('./check.mjs');
  let failed = 0;
  const names = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const { name } of names) {
    const fault = await faultOf(readCase(join(folder, name)));
    if (fault === undefined) continue;
    failed++;
    console.log(`${name}: ${fault}`);
  }
  console.log(`fuzz: ${names.length - failed} passed, ${failed} failed, 0 skipped`);
  return failed;
}

/** The child: does the runs from a number on, and tells of each before and after. */
async function work(from) {
  const { faultOf } = await import('./check.mjs');
  const end = values.runs === undefined ? Infinity : Number(values.runs);
  const until =
    values.seconds === undefined ? Infinity : Date.now() + Number(values.seconds) * 1000;
  for (let number = from; number < end && Date.now() < until; number++) {
    process.send({ number });
    const one = caseOf(number);
    const fault = await faultOf(one);
    process.send({ number, kind: one.kind, fault });
    if (fault !== undefined) keep(await smaller(one, faultOf), fault, number);
  }
}

/** Watches a child that does the runs: one that hangs or dies is a fault, and the next child goes on behind it. */
function watch(state) {
  return new Promise((resolve) => {
    const args = process.argv
      .slice(2)
      .filter((arg, i, all) => arg !== '--seed' && all[i - 1] !== '--seed');
    const child = fork(SELF, [...args, '--seed', String(seed), '--worker', String(state.next)], {
      stdio: 'inherit',
    });
    let current;
    let timer;
    const fail = (fault) => {
      state.failed++;
      console.log(`run ${current} of seed ${seed}: ${fault}`);
      keep(caseOf(current), fault, current);
    };
    child.on('message', ({ number, kind, fault }) => {
      clearTimeout(timer);
      if (kind === undefined) {
        current = number;
        timer = setTimeout(() => {
          fail(`no end within ${HANG_MS / 1000} s`);
          current = undefined;
          child.kill('SIGKILL');
        }, HANG_MS);
        state.next = number + 1;
        return;
      }
      current = undefined;
      state.done++;
      state.kinds[kind] = (state.kinds[kind] ?? 0) + 1;
      if (fault === undefined) return;
      state.failed++;
      console.log(`run ${number} of seed ${seed}, ${kind}: ${fault}`);
    });
    child.on('exit', (code) => {
      clearTimeout(timer);
      if (code !== 0 && current !== undefined) fail(`the process died with code ${code}`);
      resolve(code === 0);
    });
  });
}

if (values.worker !== undefined) {
  await work(Number(values.worker));
  process.disconnect();
} else if (values.replay !== undefined) {
  process.exitCode = (await replay(values.replay)) === 0 ? 0 : 1;
} else {
  if (values.runs === undefined && values.seconds === undefined) values.seconds = '60';
  const state = { next: 0, done: 0, failed: 0, kinds: {} };
  const started = Date.now();
  console.log(`seed ${seed}`);
  const seconds = values.seconds === undefined ? Infinity : Number(values.seconds);
  const more = () =>
    state.failed < 20 &&
    state.next < Number(values.runs ?? Infinity) &&
    (Date.now() - started) / 1000 < seconds;
  while (!(await watch(state)) && more());
  const kinds = Object.entries(state.kinds).map(([kind, count]) => `${kind} ${count}`);
  console.log(`${kinds.join(', ')}; ${((Date.now() - started) / 1000).toFixed(0)} s`);
  console.log(
    `fuzz: ${state.done - Math.min(state.done, state.failed)} passed, ${state.failed} failed, 0 skipped`,
  );
  process.exitCode = state.failed === 0 ? 0 : 1;
}

// Runs commands with the bundled program and stores the code that V8 compiled for them beside it.
'use strict';
const { mkdirSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { CACHE, load } = require('../../bin/k8s-audit.js');

/** What users run most. Code that none of these runs is compiled when it is needed. */
const RUNS = [
  ['--help'],
  ['scan', 'samples/privileged-pod.log', '-f', 'ndjson'],
  ['scan', 'samples/privileged-pod.log'],
  ['scan', 'samples', '-f', 'ndjson', '-q'],
  ['scan', 'samples', '-f', 'ndjson', '-q', '--engine', 'fast'],
];

const scripts = new Map();
const { main } = load('./main.cjs', (name, script) => scripts.set(name, script));

async function run() {
  for (const args of RUNS) {
    const code = await main(args);
    if (code !== 0) throw new Error(`k8s-audit ${args.join(' ')} ended with ${code}`);
  }
  mkdirSync(CACHE, { recursive: true });
  for (const [name, script] of scripts) writeFileSync(join(CACHE, name), script.createCachedData());
}

run().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});

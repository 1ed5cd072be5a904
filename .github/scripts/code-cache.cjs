// Runs commands with the bundled program and stores the code that V8 compiled for them beside it.
'use strict';
const { mkdirSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { CACHE, load } = require('../../bin/k8s-audit.js');

/**
 * What users run most, in steps: the code of a file is stored as the step that loads it first leaves it. What
 * a small scan does not run would make it start later; a large one has the time to compile it.
 */
const STEPS = [
  [
    ['--help'],
    ['scan', 'samples/privileged-pod.log', '-f', 'ndjson'],
    ['scan', 'samples/privileged-pod.log', '-f', 'table'],
  ],
  [['scan', 'samples', '-f', 'ndjson', '-q', '--engine', 'fast']],
];

const scripts = new Map();
const { main } = load('./main.cjs', (name, script) => scripts.set(name, script));

async function run() {
  mkdirSync(CACHE, { recursive: true });
  for (const commands of STEPS) {
    for (const args of commands) {
      const code = await main(args);
      if (code !== 0) throw new Error(`k8s-audit ${args.join(' ')} ended with ${code}`);
    }
    for (const [name, script] of scripts) writeFileSync(join(CACHE, name), script.createCachedData());
    scripts.clear();
  }
}

run().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});

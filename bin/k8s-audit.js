#!/usr/bin/env node
'use strict';
// Runs dist/program, which `npm run build` makes. CommonJS, and files loaded by hand: that starts in half
// the time of modules, since V8 need not compile what the build has compiled (docs/architecture.md).
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { Script } = require('node:vm');
const { asStored, optimizeLess, optimizeWhatLasts } = require('./v8-flags.cjs');

optimizeLess();

const PROGRAM = join(__dirname, '..', 'dist', 'program');
/** Compiled code fits one version of V8 and one architecture: others have no such folder. */
const CACHE = join(PROGRAM, `v8-${process.versions.v8}-${process.arch}`);
/** Modules of Node that many runs never need; they are large. */
const SELDOM = new Set(
  ['child_process', 'crypto', 'net', 'stream', 'tty', 'v8', 'worker_threads', 'zlib'].map(
    (name) => `node:${name}`,
  ),
);

const loaded = new Map();

/** `require` of the bundled files. `compiled` is told of every script; only the build wants to know. */
function load(name, compiled) {
  if (!name.startsWith('./')) return SELDOM.has(name) ? onFirstUse(name) : require(name);
  const known = loaded.get(name);
  if (known !== undefined) return known.exports;
  const module = { exports: {} };
  loaded.set(name, module);
  const filename = join(PROGRAM, name);
  const source = readFileSync(filename, 'latin1');
  const cachedData = cached(name);
  const script = asStored(() => new Script(source, { filename, cachedData }));
  compiled?.(name, script);
  const run = script.runInThisContext();
  run(module.exports, (other) => load(other, compiled), module, filename);
  return module.exports;
}

/** V8 checks what it is given, and compiles the source where the two do not fit. */
function cached(name) {
  try {
    return readFileSync(join(CACHE, name));
  } catch {
    return undefined;
  }
}

/** A module of Node that is loaded when something of it is used. */
function onFirstUse(name) {
  let module;
  return new Proxy({}, { get: (_, key) => (module ??= require(name))[key] });
}

/** The program; without it, as in a fresh clone, it says what to do and ends with the code of what was not done. */
function program() {
  try {
    return load('./main.cjs');
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    const folder = join(__dirname, '..');
    process.stderr.write(`k8s-audit: not built yet (run npm ci in ${folder})\n`);
    process.exitCode = 2;
    return undefined;
  }
}

if (require.main === module) {
  optimizeWhatLasts();
  const built = program();
  built?.main(process.argv.slice(2)).then(built.endProcess);
} else {
  module.exports = { CACHE, load };
}

'use strict';

/** Only V8 11 (Node 20) is told anything: later ones wait longer themselves. */
const IS_TOLD = process.versions.v8.startsWith('11.');
/** Nine times the default: bytes of bytecode that run before a function is looked at again. */
const LATE = [
  '--interrupt-budget=600000',
  '--ticks-before-optimization=3',
  '--bytecode-size-allowance-per-tick=150',
  '--max-inlined-bytecode-size-cumulative=200',
];
/** Three times the default, and what was looked at once is optimized, be it long or not. */
const SOON = [
  '--interrupt-budget=200000',
  '--ticks-before-optimization=1',
  '--bytecode-size-allowance-per-tick=2000',
];
/** By then some hundred megabytes are read, or a server serves. */
const LONG_MS = 1000;

let flags;

function set(next) {
  if (!IS_TOLD || next === undefined || next === flags) return;
  flags = next;
  const { setFlagsFromString } = require('node:v8');
  for (const flag of flags) setFlagsFromString(flag);
}

/**
 * Has V8 compile later and inline less: most commands last some tenths of a second, half of which V8 spent on optimizing
 * what was over soon. To be called before all else is loaded: V8 takes stored code only with the flags that it was
 * stored with.
 */
function optimizeLess() {
  set(LATE);
}

/**
 * Has the functions optimized that a command goes on running. Without it V8 puts off those that meet
 * something new once in a while, some for gigabytes of a log: that was a fifth of the time for 1 GB, and a quarter for 4.
 */
function optimizeSoon() {
  set(SOON);
}

/** Does that when the command has lasted. */
function optimizeWhatLasts() {
  setTimeout(optimizeSoon, LONG_MS).unref();
}

/** What `load` returns, which runs with the flags that stored code was stored with. */
function asStored(load) {
  const before = flags;
  set(LATE);
  const loaded = load();
  set(before);
  return loaded;
}

module.exports = { asStored, optimizeLess, optimizeSoon, optimizeWhatLasts };

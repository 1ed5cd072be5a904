import { spawnSync } from 'node:child_process';
import { closeSync, openSync, writeSync } from 'node:fs';

const BURSTS = 9;
const HOLE = 64 * 1024 * 1024;

/**
 * Writes a log that is large enough for threads, and sparse: a few events between lines of nothing that are
 * over the longest length.
 *
 * @param line makes the event with a number
 */
export function writeLargeLog(path: string, line: (index: number) => string): void {
  const file = openSync(path, 'w');
  let at = 0;
  for (let burst = 0; burst < BURSTS; burst++) {
    const numbers = Array.from({ length: 1500 }, (_, i) => burst * 1500 + i);
    const text = `${numbers.map(line).join('\n')}\n`;
    at += writeSync(file, text, at) + HOLE;
    at += writeSync(file, '\n', at);
  }
  closeSync(file);
}

/** What such a scan is given beside its arguments. */
export interface SlowInput {
  readonly env?: Readonly<Record<string, string>>;
  /** Text on standard input. */
  readonly stdin?: string;
}

export interface SlowRun {
  readonly stdout: string;
  /** Without the time it took. */
  readonly stderr: string;
}

/**
 * Scans for a reader that takes its time to start reading: threads are ready before the scan is done.
 *
 * @param program what to run, and its first arguments
 */
export function scanSlowly(
  program: readonly string[],
  args: readonly string[],
  { env = {}, stdin = '' }: SlowInput = {},
): SlowRun {
  const { stdout, stderr } = scanTo('{ sleep 2; cat; }', program, args, { env, stdin });
  return { stdout, stderr: stderr.replace(/^Took .*\n/m, '') };
}

/** Scans for a reader, which is a command of the shell. */
function scanTo(
  reader: string,
  program: readonly string[],
  args: readonly string[],
  { env, stdin }: Required<SlowInput>,
): SlowRun {
  // The input is a pipe for sure only behind another program.
  const piped = ['-c', `cat | "$@" | ${reader}`, 'sh', ...program, 'scan', ...args];
  const options = { env: { ...process.env, ...env }, input: stdin, maxBuffer: 1e9 };
  return spawnSync('/bin/sh', piped, { encoding: 'utf8', ...options });
}

/** Whether such a scan starts threads, ready in time or not. */
export function startsThreads(
  program: readonly string[],
  args: readonly string[],
  { env = {}, stdin = '' }: SlowInput = {},
): boolean {
  const debugged = { stdin, env: { ...env, NODE_DEBUG: 'worker' } };
  return scanTo('cat', program, args, debugged).stderr.includes('created Worker');
}

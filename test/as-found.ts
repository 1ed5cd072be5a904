import { afterAll } from 'vitest';
import { releaseMemory } from '../src/cli/terminal/engine-flags.ts';

// Runs before each test file that shares its process: it leaves that as it found it.

// A command that scans much has V8 hold memory, for the rest of its process. Tests go on in it.
releaseMemory();

const before = state();
afterAll(() => {
  const left = changes(before, state());
  if (left.length > 0) throw new Error(`test file left in its process: ${left.join(', ')}`);
});

/** What later tests of the process would see. */
function state(): Map<string, unknown> {
  const listeners = process
    .eventNames()
    .map((name) => [`listeners of ${String(name)}`, process.listenerCount(name)] as const);
  return new Map<string, unknown>([
    ['working folder', process.cwd()],
    ['exit code', process.exitCode],
    ['clock', Date],
    ['timers', setTimeout],
    ...Object.entries(process.env).map(([name, value]) => [`variable ${name}`, value] as const),
    ...Object.getOwnPropertyNames(globalThis).map((name) => [`global ${name}`, true] as const),
    ...listeners,
  ]);
}

/** Names of what differs. Values are not shown: an environment may have secrets. */
function changes(one: Map<string, unknown>, other: Map<string, unknown>): string[] {
  const names = new Set([...one.keys(), ...other.keys()]);
  return [...names].filter((name) => one.get(name) !== other.get(name));
}

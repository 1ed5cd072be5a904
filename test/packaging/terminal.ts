import type { OutputStream, Terminal } from '../../src/cli/terminal.ts';

/** A terminal that swallows what is written. */
export function memoryTerminal(): Terminal {
  const stream: OutputStream = {
    write: () => true,
    drained: () => Promise.resolve(),
    isTTY: false,
    columns: 80,
    closed: false,
    failure: undefined,
  };
  return {
    stdout: stream,
    stderr: stream,
    stdinIsTTY: true,
    env: {},
    cwd: '/',
    now: () => 0,
    interrupted: new AbortController().signal,
  };
}

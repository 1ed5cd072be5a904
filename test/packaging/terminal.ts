import { SILENT_STREAM, type Terminal } from '../../src/cli/terminal/terminal.ts';

/** A terminal that swallows what is written. */
export function memoryTerminal(): Terminal {
  return {
    stdout: SILENT_STREAM,
    stderr: SILENT_STREAM,
    stdinIsTTY: true,
    env: {},
    cwd: '/',
    now: () => 0,
    ticks: () => 0,
    interrupted: new AbortController().signal,
    openInput() {
      throw new Error('nothing is read');
    },
    onHangUp: () => undefined,
  };
}

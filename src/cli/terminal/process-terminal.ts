import { isatty } from 'node:tty';
import { codeText } from '../../io/error-text.ts';
import { plainStream } from './plain-stream.ts';
import { exitCodeOfSignal, STOP_SIGNALS } from './exit.ts';
import type { OutputStream, Terminal } from './terminal.ts';
import { errorCode } from '../../util/errors.ts';

/** The terminal of the running process, with its signal handlers installed. */
export function processTerminal(): Terminal {
  const controller = new AbortController();
  let signals = 0;
  let hungUp: (() => void) | undefined;
  const stop = (signal: string): void => {
    if (signal === 'SIGHUP' && hungUp !== undefined) return hungUp();
    // The second signal means: now.
    if (++signals > 1) process.exit(exitCodeOfSignal(signal));
    controller.abort(signal);
  };
  for (const signal of Object.keys(STOP_SIGNALS)) process.on(signal, () => stop(signal));
  let stdout: OutputStream | undefined;
  let stderr: OutputStream | undefined;
  return {
    // Node takes a millisecond to make each of them ready.
    get stdout() {
      stdout ??= plainStream(1) ?? outputStream(process.stdout);
      return stdout;
    },
    get stderr() {
      stderr ??= plainStream(2) ?? outputStream(process.stderr);
      return stderr;
    },
    // Touching process.stdin would open it a second time.
    get stdinIsTTY() {
      return isatty(0);
    },
    env: process.env,
    cwd: workingFolder(),
    now: () => Date.now(),
    ticks: () => process.uptime() * 1000,
    interrupted: controller.signal,
    openInput: () => process.stdin,
    onHangUp(handler) {
      hungUp = handler;
    },
  };
}

/** The working folder. One that is gone is the root: absolute paths still work. */
function workingFolder(): string {
  try {
    return process.cwd();
  } catch {
    return '/';
  }
}

/**
 * Ends the process with an exit code: at once when all output has left, since Node would wait for V8's
 * threads, which compile code that nobody will run.
 */
export function endProcess(code: number): void {
  process.exitCode = code;
  if (opened.every(({ writableLength }) => writableLength === 0)) process.exit();
}

/** The streams that were written to, or may be. */
const opened: NodeJS.WriteStream[] = [];

function outputStream(stream: NodeJS.WriteStream): OutputStream {
  opened.push(stream);
  let closed = false;
  let failure: string | undefined;
  let wake: (() => void) | undefined;
  const settle = (): void => {
    wake?.();
    wake = undefined;
  };
  const fail = (error: Error): void => {
    closed = true;
    // A reader that went away (`| head`) is no error.
    const code = errorCode(error);
    if (code !== 'EPIPE') failure ??= codeText(code);
    settle();
  };
  // Node says that a stream is drained when 16 kB of it are left: they would be gone with the process.
  const written = (): void => {
    if (stream.writableLength === 0) settle();
  };
  stream.on('error', fail);
  return {
    write(data) {
      if (closed) return true;
      return stream.write(data, written);
    },
    drained() {
      if (closed || stream.writableLength === 0) return Promise.resolve();
      return new Promise((resolve) => {
        wake = resolve;
      });
    },
    get isTTY() {
      // Undefined for files and pipes, whatever the types say.
      return 'isTTY' in stream && stream.isTTY;
    },
    get columns() {
      // 0 where nobody said how large the terminal is, as in CI jobs that ask for one.
      return stream.columns || 80;
    },
    get closed() {
      return closed;
    },
    get failure() {
      // The event may come when all that wrote is done.
      if (stream.errored) fail(stream.errored);
      return failure;
    },
  };
}

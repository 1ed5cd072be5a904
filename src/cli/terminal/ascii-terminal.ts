import { asciiLines } from '../../outputs/table/ascii.ts';
import type { OutputStream, Terminal } from './terminal.ts';

/**
 * True where the locale has no Unicode, such as `LC_ALL=C`. Without any locale it is taken to have it: containers name
 * none, and the terminals in front of them do.
 */
export function isAscii({ LC_ALL, LC_CTYPE, LANG }: Terminal['env']): boolean {
  const locale = [LC_ALL, LC_CTYPE, LANG].find((value) => value !== undefined && value !== '');
  return locale !== undefined && !/utf-?8/i.test(locale);
}

/** The terminal with messages in ASCII lines; what goes to standard output is up to its format. */
export function asciiTerminal(terminal: Terminal): Terminal {
  let stderr: OutputStream | undefined;
  return {
    get stdout() {
      return terminal.stdout;
    },
    get stderr() {
      stderr ??= asciiStream(terminal.stderr);
      return stderr;
    },
    get stdinIsTTY() {
      return terminal.stdinIsTTY;
    },
    env: terminal.env,
    cwd: terminal.cwd,
    now: () => terminal.now(),
    ticks: () => terminal.ticks(),
    interrupted: terminal.interrupted,
    openInput: () => terminal.openInput(),
    onHangUp: (handler) => terminal.onHangUp(handler),
  };
}

function asciiStream(stream: OutputStream): OutputStream {
  return {
    write: (data) => stream.write(typeof data === 'string' ? asciiLines(data) : data),
    drained: () => stream.drained(),
    get isTTY() {
      return stream.isTTY;
    },
    get columns() {
      return stream.columns;
    },
    get closed() {
      return stream.closed;
    },
    get failure() {
      return stream.failure;
    },
  };
}

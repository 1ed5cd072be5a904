import { spawn, spawnSync } from 'node:child_process';
import { BIN, ROOT } from '../run-cli.ts';

/** Starts a program on a pseudo-terminal of a width, and copies what it shows. */
const SCRIPT = `
import fcntl, os, pty, struct, sys, termios
pid, master = pty.fork()
if pid == 0:
    fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack('HHHH', 50, int(sys.argv[1]), 0, 0))
    if sys.argv[2] != '': os.dup2(os.open(sys.argv[2], os.O_RDONLY), 0)
    os.execvp(sys.argv[3], sys.argv[3:])
while True:
    try:
        data = os.read(master, 65536)
    except OSError:
        break
    if not data: break
    os.write(1, data)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;

/** Why no pseudo-terminal can be made here; empty when one can. Titles of tests that are left out say it. */
export const NO_TERMINAL =
  spawnSync('python3', ['-c', 'import pty; pid, fd = pty.fork(); pid or exit(0)']).status === 0
    ? ''
    : ' (left out: needs python3 and its module pty)';

interface OnTerminal {
  /** What was shown so far, with line ends of files. */
  text(): string;
  /** Resolves when the text is there. */
  shows(text: string): Promise<void>;
  /** Ends it as closing the window does; resolves when it has ended. */
  close(): Promise<void>;
  readonly done: Promise<number | null>;
}

/**
 * Starts the built program on a pseudo-terminal.
 *
 * @param input a named pipe for standard input; the terminal when absent
 */
export function startOnTerminal(
  args: readonly string[],
  { columns = 80, input = '', env = {} }: { columns?: number; input?: string; env?: object } = {},
): OnTerminal {
  const child = spawn(
    'python3',
    ['-c', SCRIPT, String(columns), input, process.execPath, BIN, ...args],
    {
      cwd: ROOT,
      env: { ...process.env, NO_COLOR: '1', CI: '', ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let shown = '';
  let check = (): void => undefined;
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (data: string) => {
    shown += data;
    check();
  });
  const done = new Promise<number | null>((resolve) => {
    child.on('close', resolve);
  });
  return {
    text: () => shown.replaceAll('\r\n', '\n'),
    shows: (text) =>
      new Promise((resolve) => {
        check = () => {
          if (shown.includes(text)) resolve();
        };
        check();
      }),
    async close() {
      child.kill('SIGTERM');
      await done;
    },
    done,
  };
}

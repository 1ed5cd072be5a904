import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { main } from '../../src/cli/main.ts';
import { COMMANDS } from '../../src/cli/commands/index.ts';
import type { Invocation } from '../../src/cli/flags/command.ts';
import type { OptionName } from '../../src/cli/flags/options.ts';
import { buildProgram, type Chosen } from '../../src/cli/flags/program.ts';
import { invocationOf } from '../../src/cli/settings/invocation.ts';
import type { OutputStream, Terminal } from '../../src/cli/terminal/terminal.ts';

/** The checkout, for sample paths and as working directory of real processes. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** The program; what it runs lies in dist, so these tests need a build. */
export const BIN = fileURLToPath(new URL('../../bin/k8s-audit.js', import.meta.url));

export interface CliResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

export interface CliOptions {
  readonly args: readonly string[];
  /** Text piped in: makes it a real process, since standard input cannot be replaced in this one. */
  readonly stdin?: string | Buffer;
  /** Whether all streams are terminals, or which. */
  readonly tty?: boolean | { stdin?: boolean; stdout?: boolean; stderr?: boolean };
  readonly columns?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Wall clock in milliseconds: a fixed time, or what each reading of the clock gets. */
  readonly now?: number | (() => number);
  /** The clock with which times are measured; by default the same. */
  readonly ticks?: () => number;
  /** Raised before the command starts. */
  readonly signal?: 'SIGINT' | 'SIGTERM' | 'SIGHUP';
  /** Events that are posted to the address on which the command listens; then it is told to end. */
  readonly received?: string;
}

/** Runs the command line in this process, on a terminal in memory. */
export async function runCli(options: CliOptions): Promise<CliResult> {
  if (options.stdin !== undefined) return spawnCli(options);
  const { terminal, stdout, stderr } = memoryTerminal(options);
  const code = await main(options.args, terminal);
  return { stdout: stdout.text(), stderr: stderr.text(), code };
}

/** A terminal in memory, and what was written to it. */
function memoryTerminal(options: Omit<CliOptions, 'args' | 'stdin'>): {
  terminal: Terminal;
  stdout: MemoryStream;
  stderr: MemoryStream;
} {
  const { tty = false, columns = 80, now = Date.UTC(2026, 2, 20) } = options;
  const isTTY = typeof tty === 'boolean' ? { stdout: tty, stderr: tty } : tty;
  const stdout = memoryStream(isTTY.stdout === true, columns);
  const interrupt = new AbortController();
  if (options.signal !== undefined) interrupt.abort(options.signal);
  const { received } = options;
  const stderr = memoryStream(isTTY.stderr === true, columns, (text) => {
    const url = /listening on (http:[^\s,]+)/.exec(text)?.[1];
    if (url === undefined || received === undefined) return;
    void postEvents(url, received).finally(() => interrupt.abort('SIGTERM'));
  });
  const terminal: Terminal = {
    stdout,
    stderr,
    // A piped standard input would be that of the test runner.
    stdinIsTTY: isTTY.stdin ?? true,
    env: options.env ?? {},
    cwd: options.cwd ?? ROOT,
    now: typeof now === 'number' ? () => now : now,
    ticks: options.ticks ?? (typeof now === 'number' ? () => now : now),
    interrupted: interrupt.signal,
    openInput() {
      throw new Error('a test that talks to a command starts a process');
    },
    onHangUp: () => undefined,
  };
  return { terminal, stdout, stderr };
}

/**
 * Parses a command line without running it.
 *
 * @returns the command's name; an error's message where it is wrong
 */
export function parseCli(args: readonly string[]): string {
  let name = 'none';
  const { terminal } = memoryTerminal({});
  try {
    const choose = (choice: { record: { name: string } }): void => {
      name = choice.record.name;
    };
    const program = buildProgram(COMMANDS, terminal, '0.0.0', choose, args[0]);
    program.parse(args, { from: 'user' });
    return name;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** What a command would be given. @throws KnownError or CommanderError where the command line is wrong */
export async function invocationFor(
  options: Omit<CliOptions, 'stdin'>,
): Promise<Invocation<OptionName>> {
  const { terminal } = memoryTerminal(options);
  const chosen: Chosen[] = [];
  const choose = (choice: Chosen): void => void chosen.push(choice);
  const { args } = options;
  buildProgram(COMMANDS, terminal, '0.0.0', choose, args[0]).parse(args, { from: 'user' });
  return invocationOf(chosen[0]!, COMMANDS, terminal);
}

async function postEvents(url: string, body: string): Promise<void> {
  const { status } = await fetch(new URL('/events', url), { method: 'POST', body });
  if (status !== 200) throw new Error(`events were answered with ${status}`);
}

type MemoryStream = OutputStream & { text: () => string };

function memoryStream(
  isTTY: boolean,
  columns: number,
  wrote?: (text: string) => void,
): MemoryStream {
  const parts: string[] = [];
  return {
    write: (data) => {
      // A character a byte: tests make the bytes of it again.
      const text = typeof data === 'string' ? data : Buffer.from(data).toString('latin1');
      parts.push(text);
      wrote?.(text);
      return true;
    },
    drained: () => Promise.resolve(),
    isTTY,
    columns,
    closed: false,
    failure: undefined,
    text: () => parts.join(''),
  };
}

/** Runs the built program as a process of its own, to its end. */
export function spawnCli(
  options: Pick<CliOptions, 'args' | 'stdin' | 'env' | 'cwd'>,
): Promise<CliResult> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [BIN, ...options.args],
      { env: cleanEnv(options.env), cwd: options.cwd ?? ROOT, maxBuffer: 256 * 1024 * 1024 },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : error.code;
        resolve({ stdout, stderr, code: typeof code === 'number' ? code : -1 });
      },
    );
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(options.stdin ?? '');
  });
}

export interface RunningCli {
  readonly child: ChildProcess;
  /** What was written so far. */
  readonly output: { stdout: string; stderr: string };
  /** Resolves when standard output or error has shown the text. */
  shows(text: string): Promise<void>;
  /** Resolves at the end. */
  readonly done: Promise<CliResult & { readonly signal: NodeJS.Signals | null }>;
}

/** Starts the built program; the caller talks to it. */
export function startCli(args: readonly string[], env: Record<string, string> = {}): RunningCli {
  const child = spawn(process.execPath, [BIN, ...args], { env: cleanEnv(env), cwd: ROOT });
  const output = { stdout: '', stderr: '' };
  const waiting: { text: string; resolve: () => void }[] = [];
  const check = (): void => {
    for (const { text, resolve } of waiting) {
      if (output.stdout.includes(text) || output.stderr.includes(text)) resolve();
    }
  };
  child.stdin.on('error', () => undefined);
  child.stdout.on('data', (data) => {
    output.stdout += String(data);
    check();
  });
  child.stderr.on('data', (data) => {
    output.stderr += String(data);
    check();
  });
  return {
    child,
    output,
    shows: (text) =>
      new Promise((resolve) => {
        waiting.push({ text, resolve });
        check();
      }),
    done: new Promise((resolve) => {
      child.on('close', (code, signal) => resolve({ ...output, code: code ?? -1, signal }));
    }),
  };
}

/** The environment of the tests without what changes output. */
function cleanEnv(env: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const clean = { ...process.env };
  for (const name of ['NO_COLOR', 'FORCE_COLOR', 'CI', 'GITHUB_STEP_SUMMARY']) delete clean[name];
  return { ...clean, ...env };
}

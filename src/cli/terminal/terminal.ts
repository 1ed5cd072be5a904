// Room cli/terminal: the process as commands may see it: streams, exit codes, progress, listings.
// Door: terminal.ts (the interface), exit.ts (all exit codes), listing.ts (text and JSON of listings).
// Neighbours: the ground floor of cli; process-terminal.ts alone touches the process, and only main.ts starts it.
// Inside: plain-stream.ts writes files without Node's streams, memory.ts holds V8's heap small.

/** One of the process's output streams, as far as commands may know it. */
export interface OutputStream {
  /** @returns false when the reader is slow: await {@link drained} before writing much more */
  write(data: string | Uint8Array): boolean;
  /** Resolves when what was written has gone out, or the stream has closed. */
  drained(): Promise<void>;
  readonly isTTY: boolean;
  /** Columns of the terminal; 80 when unknown. */
  readonly columns: number;
  /** True once nothing more can be written: the reader has gone away (EPIPE), or writing failed. */
  readonly closed: boolean;
  /** Why writing failed, such as a full disk; undefined when it did not. */
  readonly failure: string | undefined;
}

/** Bytes that come in as somebody sends them. */
export interface TextInput {
  on(event: 'data', listener: (chunk: Buffer) => void): unknown;
  on(event: 'end' | 'close', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  /** Takes no more: nothing keeps the process from ending. */
  pause(): unknown;
}

/** A stream that swallows what is written. */
export const SILENT_STREAM: OutputStream = {
  write: () => true,
  drained: () => Promise.resolve(),
  isTTY: false,
  columns: 80,
  closed: false,
  failure: undefined,
};

/** Everything of the process that commands use; tests put their own in its place. */
export interface Terminal {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly stdinIsTTY: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Wall clock, milliseconds since the epoch. */
  now(): number;
  /** Milliseconds of a clock that nobody sets: how long something takes is measured with it. */
  ticks(): number;
  /** Aborted by the first SIGINT, SIGTERM or SIGHUP; the reason is the signal's name. */
  readonly interrupted: AbortSignal;
  /** Standard input, for a command that talks over it: nothing else may read it then. */
  openInput(): TextInput;
  /** From now on SIGHUP is told to the handler, and ends the run no more. */
  onHangUp(handler: () => void): void;
}

export type ColorChoice = 'auto' | 'always' | 'never';

/** Whether a stream gets colour: the choice, then NO_COLOR, FORCE_COLOR, TERM, then whether it is a terminal. */
export function useColor(choice: ColorChoice, stream: OutputStream, env: Terminal['env']): boolean {
  if (choice !== 'auto') return choice === 'always';
  if ((env['NO_COLOR'] ?? '') !== '') return false;
  const force = env['FORCE_COLOR'];
  if (force !== undefined) return force !== '0' && force !== 'false';
  return stream.isTTY && env['TERM'] !== 'dumb';
}

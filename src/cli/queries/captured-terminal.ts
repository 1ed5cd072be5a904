import { KnownError } from '../../util/errors.ts';
import { SILENT_STREAM, type OutputStream, type Terminal } from '../terminal/terminal.ts';

/** Characters of a line that a command tells people, and of all lines together. */
const NOTE_LENGTH = 500;
const NOTES_LENGTH = 6000;

/** Takes what a command writes. */
export interface Receiving {
  write(text: string): void;
  /** Resolves when more can be taken. */
  drained?(): Promise<void>;
}

/** A terminal in memory: it hands on standard output, and keeps what standard error says. */
export class CapturedTerminal implements Terminal {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly stdinIsTTY = true;
  /** No variable may have a command write somewhere. */
  readonly env = {};
  readonly cwd: string;
  readonly interrupted: AbortSignal;
  readonly notes: string[] = [];
  #noted = 0;
  readonly #outer: Terminal;
  readonly #ends: () => void;
  readonly #tell: ((note: string) => void) | undefined;

  /**
   * @param outer the terminal of the process
   * @param signal ends the command, as the outer terminal's signals do
   * @param tell called with each note as it is kept
   */
  constructor(
    outer: Terminal,
    output: Receiving,
    signal: AbortSignal,
    tell?: (note: string) => void,
  ) {
    this.#tell = tell;
    this.cwd = outer.cwd;
    this.#outer = outer;
    this.stdout = {
      ...streamTo((text) => output.write(text)),
      drained: () => output.drained?.() ?? Promise.resolve(),
    };
    this.stderr = streamTo((text) => this.#note(text));
    const stopped = new AbortController();
    this.interrupted = stopped.signal;
    const signals = [outer.interrupted, signal];
    const stop = (): void => stopped.abort('SIGINT');
    for (const each of signals) {
      if (each.aborted) stop();
      each.addEventListener('abort', stop, { once: true });
    }
    this.#ends = () => {
      for (const each of signals) each.removeEventListener('abort', stop);
    };
  }

  now(): number {
    return this.#outer.now();
  }

  ticks(): number {
    return this.#outer.ticks();
  }

  openInput(): never {
    throw new KnownError('usage', 'a query reads no standard input');
  }

  onHangUp(): void {
    // The process decides.
  }

  /** Lets go of the signals. */
  end(): void {
    this.#ends();
  }

  #note(text: string): void {
    for (const line of text.split('\n')) {
      if (line === '' || this.#noted > NOTES_LENGTH) continue;
      const note = line
        .replace(/^k8s-audit: /, '')
        .replaceAll(/ {2,}/g, '  ')
        .slice(0, NOTE_LENGTH);
      this.#noted += note.length;
      const kept = this.#noted > NOTES_LENGTH ? '…' : note;
      this.notes.push(kept);
      this.#tell?.(kept);
    }
  }
}

function streamTo(write: (text: string) => void): OutputStream {
  return {
    ...SILENT_STREAM,
    columns: 200,
    write(data) {
      write(typeof data === 'string' ? data : Buffer.from(data).toString());
      return true;
    },
  };
}

import type { Source } from '../../io/sources.ts';
import type { TextStream } from '../../io/output.ts';
import type { OutputStream, Terminal } from './terminal.ts';

/** Milliseconds before the line first shows, and between two drawings. */
const DELAY = 1000;
const INTERVAL = 100;

/** One line on standard error that says how far a scan is; without an estimate of the end. */
export class Progress {
  readonly #stream: OutputStream;
  readonly #now: () => number;
  readonly #total: number | undefined;
  readonly #start: number;
  #last: number;
  #shown = false;

  /**
   * @param total bytes to read; undefined when that is not known
   * @param now wall clock in milliseconds
   */
  constructor(stream: OutputStream, total: number | undefined, now: () => number) {
    this.#stream = stream;
    this.#now = now;
    this.#total = total;
    this.#start = now();
    this.#last = this.#start + DELAY - INTERVAL;
  }

  update(bytes: number, events: number): void {
    const now = this.#now();
    if (now - this.#last < INTERVAL) return;
    this.#last = now;
    const seconds = (now - this.#start) / 1000;
    const rate = `${(bytes / 1e6 / seconds).toFixed(0)} MB/s`;
    const share =
      this.#total === undefined || this.#total === 0
        ? `${(bytes / 1e6).toFixed(0)} MB`
        : `${Math.min(100, (100 * bytes) / this.#total).toFixed(0)} %`;
    const line = `scanning  ${share}  ${events} events  ${rate}`;
    this.#stream.write(`\r${line.slice(0, Math.max(0, this.#stream.columns - 1))}\x1b[K`);
    this.#shown = true;
  }

  /** The stream, for results on the same terminal: the line is taken away before each of them. */
  guard(stream: TextStream): TextStream {
    return {
      write: (text) => {
        this.clear();
        return stream.write(text);
      },
      drained: () => stream.drained(),
      get closed() {
        return stream.closed;
      },
    };
  }

  /** Takes the line away. */
  clear(): void {
    if (this.#shown) this.#stream.write('\r\x1b[K');
    this.#shown = false;
  }
}

/** The progress line of a run over these inputs; undefined where it would only be in the way. */
export function progressOf(
  run: { readonly settings: { readonly quiet: boolean }; readonly terminal: Terminal },
  sources: readonly Source[],
): Progress | undefined {
  const { settings, terminal } = run;
  if (settings.quiet || !terminal.stderr.isTTY || (terminal.env['CI'] ?? '') !== '') {
    return undefined;
  }
  let total: number | undefined = 0;
  for (const { size } of sources) {
    total = total === undefined || size === undefined ? undefined : total + size;
  }
  return new Progress(terminal.stderr, total, () => terminal.now());
}

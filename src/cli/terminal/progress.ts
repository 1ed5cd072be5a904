import type { Source } from '../../io/sources.ts';
import type { TextStream } from '../../io/output.ts';
import { number, plural } from '../../outputs/summary-text.ts';
import { plainText } from './listing.ts';
import type { OutputStream, Terminal } from './terminal.ts';

/** Milliseconds before the line first shows, and between two drawings. */
const DELAY = 1000;
const INTERVAL = 100;

/** One line on standard error that says how far a scan is; without an estimate of the end. */
export class Progress {
  readonly #stream: OutputStream;
  readonly #now: () => number;
  readonly #total: number | undefined;
  readonly #task: string | undefined;
  readonly #start: number;
  #last: number;
  #shown = false;
  #bytes = 0;
  #events = 0;

  /**
   * @param total bytes to read; undefined when that is not known
   * @param task what is done, where there is no end to be near to
   * @param now wall clock in milliseconds
   */
  constructor(
    stream: OutputStream,
    total: number | undefined,
    task: string | undefined,
    now: () => number,
  ) {
    this.#stream = stream;
    this.#now = now;
    this.#total = total;
    this.#task = task;
    this.#start = now();
    this.#last = this.#start + DELAY - INTERVAL;
  }

  /** Shows the line again, where a result took it away and the input goes on waiting. */
  again(): void {
    if (this.#task !== undefined) this.update(this.#bytes, this.#events);
  }

  update(bytes: number, events: number): void {
    this.#bytes = bytes;
    this.#events = events;
    const now = this.#now();
    if (now - this.#last < INTERVAL) return;
    this.#last = now;
    const line = this.#line(bytes, events, (now - this.#start) / 1000);
    this.#stream.write(`\r${line.slice(0, Math.max(0, this.#stream.columns - 1))}\x1b[K`);
    this.#shown = true;
  }

  #line(bytes: number, events: number, seconds: number): string {
    const amount = `${number(events)} ${plural(events, 'event')}`;
    if (this.#task !== undefined) return `${this.#task}  ${amount}`;
    const rate = `${(bytes / 1e6 / seconds).toFixed(0)} MB/s`;
    const share =
      this.#total === undefined || this.#total === 0
        ? `${(bytes / 1e6).toFixed(0)} MB`
        : `${Math.min(100, (100 * bytes) / this.#total).toFixed(0)} %`;
    return `scanning  ${share}  ${amount}  ${rate}`;
  }

  /** The stream, for results on the same terminal: the line is taken away before each of them. */
  guard(stream: TextStream): TextStream {
    return {
      write: (data) => {
        this.clear();
        return stream.write(data);
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
  run: {
    readonly settings: { readonly quiet: boolean; readonly follow?: boolean };
    readonly terminal: Terminal;
  },
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
  const [first] = sources;
  const name = sources.length === 1 ? plainText(first!.name) : `${sources.length} inputs`;
  const task =
    settings.follow === true
      ? `following ${name}`
      : name === '-'
        ? 'reading standard input'
        : undefined;
  return new Progress(terminal.stderr, total, task, () => terminal.ticks());
}

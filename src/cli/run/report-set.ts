import type { Finding } from '../../engine/finding.ts';
import type { ScanSummary } from '../../engine/summary.ts';
import type { Output } from '../../io/output.ts';
import type { FormatName } from '../../outputs/index.ts';
import type { Feed } from '../../outputs/feed.ts';
import { number, plural } from '../../outputs/summary-text.ts';
import { KnownError } from '../../util/errors.ts';

/** One report and where it goes. */
export interface Report {
  /** The file, or - for standard output. */
  readonly file: string;
  readonly format: FormatName;
  readonly output: Output;
  readonly writer: Feed;
  /** Whether findings keep their event here. */
  readonly events: boolean;
}

/** A report that is in its place. */
export interface WrittenReport {
  readonly file: string;
  readonly format: FormatName;
  readonly findings: number;
  readonly bytes: number;
}

/** All reports of a run, written side by side: one that cannot be written does not end the others. */
export class ReportSet {
  #open: readonly Report[];
  readonly #failures: string[] = [];
  readonly #written: WrittenReport[] = [];
  #findings = 0;
  #isLive: boolean;
  readonly #tell: (text: string) => void;

  /**
   * @param isLive whether what is held back for layout is written whenever input pauses
   * @param tell takes why a report is given up while others go on
   */
  constructor(
    reports: readonly Report[],
    isLive: boolean,
    tell: (text: string) => void = () => undefined,
  ) {
    this.#open = reports;
    this.#isLive = isLive;
    this.#tell = tell;
  }

  /** Why reports could not be written, for people. */
  get failures(): readonly string[] {
    return this.#failures;
  }

  /** The files that {@link close} put in their places. */
  get written(): readonly WrittenReport[] {
    return this.#written;
  }

  /** True once nobody reads any of the reports, or none can be written. */
  get closed(): boolean {
    return this.#open.every(({ output }) => output.closed);
  }

  /** True while findings for standard output are held back. */
  get holds(): boolean {
    return this.#open.some(({ file, writer }) => file === '-' && writer.holds);
  }

  /** Shows what is held back on standard output, and from now on everything as it comes. */
  async goLive(): Promise<void> {
    this.#isLive = true;
    this.#each(({ file, writer }) => {
      if (file === '-') writer.goLive();
    });
    await this.settle();
  }

  start(): void {
    this.#each(({ writer }) => writer.start());
  }

  finding(finding: Finding): void {
    this.#findings++;
    const plain = finding.raw === undefined ? finding : { ...finding, raw: undefined };
    this.#each(({ output, writer, events }) => {
      if (!output.closed) writer.finding(events ? finding : plain);
    });
  }

  /** Writes what was held back to be folded or put in order. @returns remarks for the summary */
  drain(): string[] {
    const notes = new Set<string>();
    let hidden = 0;
    this.#each(({ writer }) => {
      for (const note of writer.drain()) notes.add(note);
      hidden = Math.max(hidden, writer.hidden);
    });
    if (hidden > 0) {
      notes.add(
        `${number(hidden)} more ${plural(hidden, 'finding')} not shown (--limit 0 shows all)`,
      );
    }
    return [...notes];
  }

  end(summary: ScanSummary): void {
    this.#each(({ output, writer }) => {
      if (!output.closed) writer.end(summary);
    });
  }

  /** Awaited between blocks of input: back-pressure. */
  async settle(): Promise<void> {
    for (const report of this.#open) {
      try {
        if (this.#isLive) report.writer.flush();
        await report.output.settle();
      } catch (error) {
        this.#fail(report, error);
      }
    }
  }

  async close(): Promise<void> {
    for (const report of this.#open) {
      const { file, format, output, writer } = report;
      try {
        const bytes = await output.close();
        if (bytes === undefined) continue;
        this.#written.push({ file, format, findings: this.#findings - writer.hidden, bytes });
      } catch (error) {
        this.#fail(report, error);
      }
    }
  }

  #each(action: (report: Report) => void): void {
    for (const report of this.#open) {
      try {
        action(report);
      } catch (error) {
        this.#fail(report, error);
      }
    }
  }

  /** @throws what is no failure to write */
  #fail(report: Report, error: unknown): void {
    if (!(error instanceof KnownError)) throw error;
    this.#failures.push(error.message);
    this.#open = this.#open.filter((each) => each !== report);
    if (this.#open.length > 0) this.#tell(`${error.message}: nothing more is written there`);
  }
}

// Room library: what the library does with files: the bundled rules and policies, and scans.
// Door: none; file-scan.ts is imported by src/index.ts, the others are loaded when they are asked for.
// Neighbours: uses scan and io, which the rest of the library does without; src/index.ts hands it on.
// Inside: file-scan.ts is pure, bundled-files.ts reads the package, scan-files.ts drives a scan.

import type { RuleMatching } from '../engine/engine.ts';
import type { Finding } from '../engine/finding.ts';
import type { ScanSummary } from '../engine/summary.ts';
import type { RulesFile } from '../rules/load.ts';
import type { RuleSelection } from '../rules/select.ts';

/** What is scanned, and with which rules. */
export interface ScanFilesOptions {
  /** Rules files, loaded after the bundled ones. */
  readonly rules?: readonly RulesFile[];
  /** False leaves the bundled rules out; true by default. */
  readonly defaultRules?: boolean;
  /** Narrows the rules by name, tag and priority. */
  readonly selection?: Partial<RuleSelection>;
  /** Report every rule that matches an event (`all`, the default), or only the first, as Falco does. */
  readonly matching?: RuleMatching;
  /** Only events from this time on, and before that one. */
  readonly since?: Date;
  readonly until?: Date;
  /** IANA zone of printed times; `UTC` by default. */
  readonly timezone?: string;
  /** Name of the cluster, for events whose log does not name one. */
  readonly cluster?: string;
  /** Bytes of the longest line or event that is read; 64 MiB by default. */
  readonly maxEventSize?: number;
  /** Takes events of all files in the order of their times. */
  readonly inTime?: boolean;
  /** Ends the scan early. */
  readonly signal?: AbortSignal;
}

/** Where a scan hands over what it finds. */
export interface FindingSink {
  finding(finding: Finding): void;
  /** Awaited between blocks of input: resolves when all findings were taken. */
  settle(): Promise<void>;
  readonly signal: AbortSignal;
}

/** A scan of files: findings as they come, in input order, then the summary. It runs once. */
export class FileScan implements AsyncIterable<Finding> {
  readonly #start: (sink: FindingSink) => Promise<ScanSummary>;
  readonly #summary: Promise<ScanSummary>;
  #resolve!: (summary: ScanSummary) => void;
  #reject!: (error: unknown) => void;
  #started = false;

  constructor(start: (sink: FindingSink) => Promise<ScanSummary>) {
    this.#start = start;
    this.#summary = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // Whoever iterates is told of errors there.
    this.#summary.catch(() => undefined);
  }

  /** What was read and found, problems of the input included; known at the end of the iteration. */
  get summary(): Promise<ScanSummary> {
    return this.#summary;
  }

  /** @throws KnownError when rules do not load, Error when it runs already */
  async *[Symbol.asyncIterator](): AsyncGenerator<Finding, void> {
    if (this.#started) throw new Error('a scan can be iterated once');
    this.#started = true;
    const found: Finding[] = [];
    const stop = new AbortController();
    let wake: (() => void) | undefined;
    let taken: (() => void) | undefined;
    let isOver = false;
    const work = this.#start({
      finding: (finding) => void found.push(finding),
      async settle() {
        if (found.length === 0 || stop.signal.aborted) return;
        wake?.();
        await new Promise<void>((resolve) => {
          taken = resolve;
        });
      },
      signal: stop.signal,
    });
    const ended = work.then(this.#resolve, this.#reject).finally(() => {
      isOver = true;
      wake?.();
    });
    try {
      for (;;) {
        for (let next = found.shift(); next !== undefined; next = found.shift()) yield next;
        taken?.();
        if (isOver) break;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    } finally {
      // Who breaks off the iteration wants no more.
      stop.abort();
      taken?.();
      await ended;
    }
    await work;
  }
}

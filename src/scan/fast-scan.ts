import { BlindSpots } from '../engine/blind.ts';
import type { EngineOptions } from '../engine/engine.ts';
import type { Finding } from '../engine/finding.ts';
import { SummaryBuilder } from '../engine/summary.ts';
import { createDecoder, type DecodedEvent } from '../events/decoder.ts';
import { REMEMBERED_EVENTS } from '../events/dedupe.ts';
import { describeLine } from '../events/describe.ts';
import { ParsedEvent } from '../events/parsed-event.ts';
import { isFault, type Problem } from '../events/problems.ts';
import { oddLines, type OddLines } from '../fastpath/odd-lines.ts';
import { FastScanner } from '../fastpath/scan-block.ts';
import { payloadCodec } from '../io/payload-codec.ts';
import { feedInput } from '../io/read-input.ts';
import type { Source } from '../io/sources.ts';
import { LONGEST_LOOK, OUTSIDE_WINDOW } from './read-plan.ts';
import type { ScanHooks, ScanPlan, ScanResult } from './scan.ts';

/**
 * Scans as the reference engine does, with the same findings and counts, but most lines are decided in
 * WebAssembly without being parsed.
 */
export async function fastScan(
  plan: ScanPlan,
  options: EngineOptions,
  hooks: ScanHooks,
): Promise<ScanResult> {
  return new FastScan(plan, options, hooks).run();
}

class FastScan {
  readonly #plan: ScanPlan;
  readonly #hooks: ScanHooks;
  readonly #summary = new SummaryBuilder();
  readonly #blind = new BlindSpots();
  readonly #scanner: FastScanner;
  #file = '';
  #odd: OddLines | undefined;
  #bytes = 0;
  #unread = 0;
  #faults = 0;
  #decoded = 0;
  #firstLine: string | undefined;

  constructor(plan: ScanPlan, options: EngineOptions, hooks: ScanHooks) {
    this.#plan = plan;
    this.#hooks = hooks;
    this.#scanner = new FastScanner({
      ...options,
      counters: plan.counters?.length === 0 ? undefined : plan.counters,
      blind: plan.rules === undefined ? undefined : this.#blind,
      maxLine: plan.maxEventSize,
      since: plan.since,
      until: plan.until,
      remembered: plan.duplicates === 'count' ? REMEMBERED_EVENTS : 0,
      sink: {
        event: (event, findings) => this.#evaluated(event.time, findings),
        odd: (text, line) => {
          if (this.#firstLine === undefined && text.trim() !== '') {
            this.#firstLine = text.slice(0, LONGEST_LOOK);
          }
          this.#odd!.line(text, line);
        },
        longLine: (line) => this.#problem(this.#file, { reason: 'line-too-long', line }),
        holdsNext: () => this.#odd!.holdsNext(),
        origin: (line, { cluster = plan.cluster, node, stream }) => ({
          file: this.#file,
          line,
          cluster,
          node,
          stream,
        }),
      },
    });
  }

  async run(): Promise<ScanResult> {
    const start = this.#hooks.now();
    for (const { path, reason, detail } of this.#plan.sourceProblems) {
      this.#problem(path, { reason, line: 0, detail });
    }
    for (const source of this.#plan.sources) {
      if (this.#hooks.signal.aborted) break;
      this.#summary.input(source.name);
      await this.#source(source);
    }
    if (this.#hooks.signal.aborted) this.#summary.interrupt();
    const counts = this.#scanner.counts;
    const { rejected, outOfScope, outsideWindow, firstRejected, lastRejected } = counts;
    this.#summary.quietEvents(rejected, firstRejected, lastRejected);
    this.#summary.filter(this.#plan.scopeReason, outOfScope);
    this.#summary.filter(OUTSIDE_WINDOW, outsideWindow);
    this.#summary.read({ lines: counts.lines, blankLines: counts.blankLines });
    const events = counts.events + this.#decoded;
    return {
      summary: this.#summary.build(this.#hooks.now() - start),
      blind: this.#blind,
      unread: this.#unread,
      faults: this.#faults,
      duplicates: counts.duplicates,
      looksLike:
        events === 0 && this.#firstLine !== undefined ? describeLine(this.#firstLine) : undefined,
    };
  }

  async #source(source: Source): Promise<void> {
    const scanner = this.#scanner;
    this.#file = source.name;
    const decoder = createDecoder({
      maxEventSize: this.#plan.maxEventSize,
      codec: payloadCodec,
    });
    this.#odd = oddLines(decoder, {
      event: (event) => this.#decodedEvent(event),
      problem: (problem) => this.#problem(source.name, problem),
    });
    scanner.begin();
    const target = {
      space: () => scanner.space(),
      filled: (bytes: number) => {
        this.#summary.read({ bytes });
        scanner.filled(bytes);
      },
      end: () => scanner.end(),
    };
    const feed = feedInput(
      source,
      {
        onProblem: (problem) => this.#problem(source.name, problem),
        onBytes: (bytes) => {
          this.#bytes += bytes;
        },
        signal: this.#hooks.signal,
      },
      target,
    );
    for await (const _ of feed) {
      this.#hooks.progress(this.#bytes, scanner.counts.events + this.#decoded);
      await this.#hooks.settle();
    }
    this.#odd.end();
    this.#summary.read({ blankLines: decoder.counts.blank });
  }

  #decodedEvent({ text, value, time, line, context }: DecodedEvent): void {
    this.#decoded++;
    this.#scanner.note(value);
    const { cluster = this.#plan.cluster, node, stream } = context;
    const origin = { file: this.#file, line, cluster, node, stream };
    const place = { ...this.#scanner.nextEvent(time), time, origin };
    const judged = this.#scanner.judge(new ParsedEvent(text, value, place));
    if (judged === 'out-of-scope') this.#summary.filter(this.#plan.scopeReason);
    else if (judged === 'outside-window') this.#summary.filter(OUTSIDE_WINDOW);
    else this.#evaluated(time, judged);
  }

  #evaluated(time: bigint, findings: readonly Finding[]): void {
    const counted =
      findings.length === 0 ? findings : findings.filter((each) => this.#hooks.finding(each));
    this.#summary.event(time, counted);
  }

  #problem(file: string, problem: Problem): void {
    this.#summary.problem(file, problem);
    if (!isFault(problem.reason)) return;
    if (problem.line === 0) this.#unread++;
    else this.#faults++;
  }
}

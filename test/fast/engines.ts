import { expect } from 'vitest';
import { rulesOf } from './conditions.ts';
import { Buffer } from 'node:buffer';
import { createEngine, type EngineOptions } from '../../src/engine/engine.ts';
import type { Finding } from '../../src/engine/finding.ts';
import { evaluate } from '../../src/condition/condition.ts';
import type { DecodedEvent, DecodeSink } from '../../src/events/decoded.ts';
import { createDecoder } from '../../src/events/decode/decoder.ts';
import { ParsedEvent } from '../../src/events/parsed-event.ts';
import { oddLines } from '../../src/fast/odd-lines.ts';
import { FastScanner } from '../../src/fast/fast-scanner.ts';

/** Everything about a scan that must not depend on the engine. */
export interface Outcome {
  readonly findings: readonly string[];
  readonly problems: readonly string[];
  readonly lines: number;
  readonly blankLines: number;
  /** Lines on which events start, and further lines of records. */
  readonly eventLines: number;
  readonly continuationLines: number;
  readonly events: number;
  readonly filtered: number;
  readonly firstTime: bigint | undefined;
  readonly lastTime: bigint | undefined;
}

export interface ScanOptions extends Omit<EngineOptions, 'timeField' | 'settings'> {
  readonly maxLine?: number;
  readonly since?: bigint;
  readonly until?: bigint;
}

const SETTINGS = { timezone: 'UTC', hostname: 'here' };

class Tally {
  readonly findings: string[] = [];
  readonly problems: string[] = [];
  events = 0;
  filtered = 0;
  first: bigint | undefined;
  last: bigint | undefined;

  event(time: bigint, findings: readonly Finding[]): void {
    this.events++;
    this.seen(time);
    for (const finding of findings) {
      this.findings.push(
        JSON.stringify(finding, (_key, value: unknown) =>
          typeof value === 'bigint' ? `${value}n` : value,
        ),
      );
    }
  }

  filter(): void {
    this.events++;
    this.filtered++;
  }

  seen(time: bigint | undefined): void {
    if (time === undefined || time === 0n) return;
    if (this.first === undefined || time < this.first) this.first = time;
    if (this.last === undefined || time > this.last) this.last = time;
  }

  outcome(
    amounts: Pick<Outcome, 'lines' | 'blankLines' | 'eventLines' | 'continuationLines'>,
  ): Outcome {
    const { findings, problems, events, filtered, first, last } = this;
    return {
      findings,
      problems,
      ...amounts,
      events,
      filtered,
      firstTime: first,
      lastTime: last,
    };
  }
}

function engineOptions(options: ScanOptions): EngineOptions {
  return { ...options, timeField: 'evt.time', settings: SETTINGS };
}

/** Full parse of every line, every rule on every event. */
export function scanReference(input: Buffer, options: ScanOptions): Outcome {
  const tally = new Tally();
  const maxLine = options.maxLine ?? 64 * 1024 * 1024;
  const engine = createEngine(engineOptions(options));
  const decoder = createDecoder({ maxEventSize: maxLine });
  let num = 0;
  let firstTime: bigint | undefined;
  const sink: DecodeSink = {
    event(decoded: DecodedEvent) {
      firstTime ??= decoded.time;
      num++;
      const { line, context, time } = decoded;
      const origin = { file: 'x', line, ...context };
      const place = { time, num, firstTime, origin };
      const event = new ParsedEvent(decoded.text, decoded.value, place);
      const { since = -(1n << 80n), until = 1n << 80n, scope } = options;
      if (time < since || time >= until) tally.filter();
      else if (scope !== undefined && !evaluate(scope, event)) tally.filter();
      else tally.event(time, engine.evaluate(event));
    },
    problem: (problem) => tally.problems.push(JSON.stringify(problem)),
  };
  let line = 0;
  for (let at = 0; at < input.length;) {
    const feed = input.indexOf(0x0a, at);
    const end = feed === -1 ? input.length : feed;
    const stop = end > at && input[end - 1] === 0x0d ? end - 1 : end;
    line++;
    if (stop - at > maxLine) tally.problems.push(`long ${line}`);
    else decoder.line(input.toString('utf8', at, stop), line, sink);
    at = end + 1;
  }
  decoder.end(sink);
  const { blank, carriers, continuations } = decoder.counts;
  return tally.outcome({
    lines: line,
    blankLines: blank,
    eventLines: carriers,
    continuationLines: continuations,
  });
}

/** Hands over some bytes, in the pieces for which the scanner has room. */
export function feedAll(scanner: FastScanner, input: Buffer): void {
  for (let at = 0; at < input.length;) {
    const count = input.copy(scanner.space(), 0, at);
    scanner.filled(count);
    at += count;
  }
}

/** The fast path, reading `blockSize` bytes at a time. */
export function scanFast(input: Buffer, options: ScanOptions, blockSize: number): Outcome {
  const tally = new Tally();
  const maxLine = options.maxLine ?? 64 * 1024 * 1024;
  const decoder = createDecoder({ maxEventSize: maxLine });
  const oddSink: DecodeSink = {
    event(decoded) {
      const { line, context, time } = decoded;
      const origin = { file: 'x', line, ...context };
      const place = { ...scanner.nextEvent(time), time, origin };
      const judged = scanner.judge(new ParsedEvent(decoded.text, decoded.value, place));
      if (typeof judged === 'string' || typeof judged === 'number') tally.filter();
      else tally.event(time, judged);
    },
    problem: (problem) => tally.problems.push(JSON.stringify(problem)),
  };
  const odd = oddLines(decoder, oddSink, { maxEventSize: maxLine });
  const scanner: FastScanner = new FastScanner({
    ...engineOptions(options),
    maxLine,
    since: options.since,
    until: options.until,
    blockSize,
    shapes: () => odd,
    sink: {
      event: (event, findings) => tally.event(event.time, findings),
      odd: (text, line) => odd.line(text, line),
      longLine: (line) => tally.problems.push(`long ${line}`),
      holdsNext: () => odd.holdsNext(),
      origin: (line, context) => ({ file: 'x', line, ...context }),
    },
  });
  scanner.begin();
  feedAll(scanner, input);
  scanner.end();
  odd.end(false);
  const { lines, blankLines, continuationLines, events } = scanner.counts;
  const { rejected, outOfScope, outsideWindow, firstRejected, lastRejected } = scanner.counts;
  const { blank, carriers, continuations } = decoder.counts;
  tally.events += rejected + outOfScope + outsideWindow;
  tally.filtered += outOfScope + outsideWindow;
  tally.seen(firstRejected);
  tally.seen(lastRejected);
  return tally.outcome({
    lines,
    blankLines: blankLines + blank,
    eventLines: events + carriers,
    continuationLines: continuationLines + continuations,
  });
}

/** How many events of a text the scanner leaves to be evaluated, and how many findings they give; no line is odd. */
export async function evaluatedIn(text: string, condition: string) {
  const counts = { evaluated: 0, findings: 0 };
  const scanner = new FastScanner({
    ...engineOptions({ rules: await rulesOf([condition]), matching: 'all' }),
    maxLine: 1e6,
    sink: {
      event(_event, findings) {
        counts.evaluated++;
        counts.findings += findings.length;
      },
      odd: () => expect.unreachable(),
      longLine: () => expect.unreachable(),
      holdsNext: () => false,
      origin: (line) => ({ file: 'x', line }),
    },
  });
  feedAll(scanner, Buffer.from(text));
  scanner.flush();
  return counts;
}

import type { Buffer } from 'node:buffer';
import type { FastRun } from './fast-run.ts';
import type { BodyAmounts, BodyFeed } from './hooks.ts';
import type { OpenInput } from './open-input.ts';
import type { ReaderPart } from './reader-output.ts';

/** Senders that are told apart; the one that was silent longest is forgotten for a further one. */
const MOST_INPUTS = 256;

/** An input of which bodies are parts, and how many lines of it have come. */
interface Receiving {
  readonly input: OpenInput;
  lines: number;
}

/**
 * Evaluates bodies as they come with the fast engine, each one to its end before the next one is asked for. A body
 * is whole: what is unfinished at its end is a problem of it, and changes nothing about the next.
 */
export async function scanBodies(bodies: BodyFeed, run: FastRun): Promise<void> {
  const { reader, summary } = run;
  const inputs = new Map<string, Receiving>();
  for (let body = await bodies.next(); body !== undefined; body = await bodies.next()) {
    const { file, cluster, replayed } = body;
    const before = inputs.get(file);
    if (before === undefined) summary.input(file);
    const { input, lines } = before ?? { input: reader.open(file, { cluster }), lines: 0 };
    reader.isReplayed = replayed;
    reader.select(input, lines);
    for (const part of body.parts) feed(part, run);
    reader.end();
    const isWhole = !input.holdsNext();
    if (!isWhole) reader.close(input);
    const part = run.part();
    const next = isWhole ? input : reader.open(file, { cluster });
    inputs.delete(file);
    inputs.set(file, { input: next, lines: lines + part.lines });
    for (const name of inputs.keys()) {
      if (inputs.size <= MOST_INPUTS) break;
      inputs.delete(name);
    }
    await run.settle();
    bodies.done(amountsOf(part));
  }
}

/** Puts the bytes into the scanner's memory part by part: it grows as long lines need it. */
function feed(bytes: Buffer, run: FastRun): void {
  const { reader } = run;
  for (let at = 0; at < bytes.length;) {
    const space = reader.space();
    const count = bytes.copy(space, 0, at, at + space.length);
    reader.filled(count);
    at += count;
  }
  run.bytes(bytes.length);
}

function amountsOf({ events, duplicates, summary }: ReaderPart): BodyAmounts {
  const { problems, filtered } = summary.build(0);
  return {
    events,
    duplicates,
    problems,
    leftOut: filtered.reduce((sum, { count }) => sum + count, 0),
  };
}

import { Buffer } from 'node:buffer';
import { closeSync, openSync, readSync } from 'node:fs';
import { SummaryBuilder } from '../engine/summary.ts';
import { createDecoder } from '../events/decode/decoder.ts';
import type { DecodeSink } from '../events/decoded.ts';
import { payloadCodec } from '../io/payload-codec.ts';
import type { Source } from '../io/sources.ts';
import type { ReadPlan } from './plan.ts';
import { readEvents } from './read-events.ts';

/** Bytes looked at, at each end of a file, before more are. */
const FIRST_LOOK = 64 * 1024;
const LAST_LOOK = 4 * 1024 * 1024;

/**
 * The time of the last event of some files, in nanoseconds since the epoch; undefined when none has a time.
 *
 * A log is in order of time, or in the opposite order as some exports are: the first and the last lines of a file
 * tell. A file that they do not tell of, such as a compressed one, is read whole.
 *
 * @param plan regular files only
 */
export async function logEnd(plan: ReadPlan, signal: AbortSignal): Promise<bigint | undefined> {
  let end: bigint | undefined;
  for (const source of plan.sources) {
    const last = edgesOf(source, plan)?.last ?? (await wholeTime(source, plan, signal));
    if (last !== undefined && (end === undefined || last > end)) end = last;
  }
  return end;
}

/** The times of the first and the last event of a file, as far as its ends tell. */
interface Edges {
  readonly first: bigint;
  readonly last: bigint;
}

/** What inputs may overlap by: events are logged at their end, and so not quite in the order of their start. */
const OVERLAP = 60_000_000_000n;

/**
 * A plan that takes events in the order of time: inputs one after the other, or side by side where their times
 * overlap or are not known.
 */
export function inTimeOrder(plan: ReadPlan): ReadPlan {
  const { sources, follow, checkpoint } = plan;
  if (sources.length < 2 || follow === true || checkpoint !== undefined) return plan;
  const known = sources.map((source) => ({ source, edges: edgesOf(source, plan) }));
  const sorted = known.flatMap(({ source, edges }) =>
    edges === undefined ? [] : [{ source, ...edges }],
  );
  sorted.sort((a, b) => (a.first < b.first ? -1 : Number(a.first > b.first)));
  const isDisjoint = sorted.every(
    ({ first }, index) => index === 0 || first + OVERLAP >= sorted[index - 1]!.last,
  );
  if (sorted.length < sources.length || !isDisjoint) return { ...plan, byTime: true };
  return { ...plan, sources: sorted.map(({ source }) => source) };
}

/** The times at both ends of a file; undefined when an end shows no event. */
function edgesOf({ path, size = 0 }: Source, plan: ReadPlan): Edges | undefined {
  if (path === undefined || size === 0) return undefined;
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch {
    // Whoever reads it whole says why it cannot be read.
    return undefined;
  }
  try {
    for (let look = FIRST_LOOK; look <= LAST_LOOK; look *= 4) {
      const head = timesIn(bytesAt(fd, 0, look), plan, false);
      const from = Math.max(0, size - look);
      const tail = timesIn(bytesAt(fd, from, look), plan, from > 0);
      if (head !== undefined && tail !== undefined) {
        return {
          first: head.first < tail.first ? head.first : tail.first,
          last: head.last > tail.last ? head.last : tail.last,
        };
      }
      if (from === 0) return undefined;
    }
    return undefined;
  } catch {
    return undefined;
  } finally {
    closeSync(fd);
  }
}

function bytesAt(fd: number, position: number, length: number): Buffer {
  const space = Buffer.alloc(length);
  let read = 0;
  while (read < length) {
    const count = readSync(fd, space, read, length - read, position + read);
    if (count === 0) break;
    read += count;
  }
  return space.subarray(0, read);
}

/** The times in some lines; `isCut`: the first of them lacks its start. */
function timesIn(
  bytes: Buffer,
  { maxEventSize, inputFormat: format }: ReadPlan,
  isCut: boolean,
): Edges | undefined {
  let edges: Edges | undefined;
  const sink: DecodeSink = {
    event({ time }) {
      if (time === 0n) return;
      const { first, last } = edges ?? { first: time, last: time };
      edges = { first: time < first ? time : first, last: time > last ? time : last };
    },
    problem: () => undefined,
  };
  const decoder = createDecoder({ maxEventSize, format, codec: payloadCodec });
  const lines = bytes.toString('utf8').split('\n');
  for (const [at, line] of lines.entries()) {
    if (at > 0 || !isCut) decoder.line(line, at + 1, sink);
  }
  // The last line may be cut, which is no problem here.
  decoder.end(sink, true);
  return edges;
}

/** The latest time of a file that is read whole. */
async function wholeTime(
  source: Source,
  plan: ReadPlan,
  signal: AbortSignal,
): Promise<bigint | undefined> {
  const summary = new SummaryBuilder();
  await readEvents(
    {
      sources: [source],
      sourceProblems: [],
      since: undefined,
      until: undefined,
      maxEventSize: plan.maxEventSize,
      cluster: undefined,
      inputFormat: plan.inputFormat,
    },
    {
      event: (event) => summary.event(event.time, []),
      settle: () => Promise.resolve(),
      progress: () => undefined,
      signal,
    },
    summary,
  );
  return summary.build(0).lastEventTime;
}

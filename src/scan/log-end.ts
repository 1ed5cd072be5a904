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
    const last = edgeTime(source, plan) ?? (await wholeTime(source, plan, signal));
    if (last !== undefined && (end === undefined || last > end)) end = last;
  }
  return end;
}

/** The latest time at both ends of a file; undefined when an end shows no event. */
function edgeTime({ path, size = 0 }: Source, plan: ReadPlan): bigint | undefined {
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
      const head = latestTime(bytesAt(fd, 0, look), plan, false);
      const from = Math.max(0, size - look);
      const tail = latestTime(bytesAt(fd, from, look), plan, from > 0);
      if (head !== undefined && tail !== undefined) return head > tail ? head : tail;
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

/** The latest time in some lines; `isCut`: the first of them lacks its start. */
function latestTime(
  bytes: Buffer,
  { maxEventSize, inputFormat: format }: ReadPlan,
  isCut: boolean,
): bigint | undefined {
  let latest: bigint | undefined;
  const sink: DecodeSink = {
    event({ time }) {
      if (time > 0n && (latest === undefined || time > latest)) latest = time;
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
  return latest;
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

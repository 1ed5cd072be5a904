import { Buffer } from 'node:buffer';

const LINE_FEED = 0x0a;
/** Bytes behind a line feed that tell text of one byte a character, and the fewest that do at the end. */
const TOLD = 64;
const LAST_TOLD = 16;

/**
 * Text in UTF-16 as UTF-8, until lines of one byte a character: another program may have appended them.
 *
 * @returns those lines, and all behind them
 */
export async function* fromUtf16(
  raw: AsyncGenerator<Buffer>,
  swap: boolean,
): AsyncGenerator<Buffer, AsyncGenerator<Buffer> | undefined> {
  const decoder = new TextDecoder(swap ? 'utf-16be' : 'utf-16le');
  let held: Buffer = Buffer.alloc(0);
  let startsLine = false;
  for await (const chunk of once(raw)) {
    const bytes = Buffer.concat([held, chunk]);
    const next = otherText(bytes, { swap, startsLine, told: TOLD });
    yield Buffer.from(decoder.decode(bytes.subarray(0, next.at), { stream: true }));
    held = bytes.subarray(next.at);
    if (next.isTold) return behind(held, raw);
    startsLine = next.isOpen;
  }
  const { at, isTold } = otherText(held, { swap, startsLine, told: LAST_TOLD });
  yield Buffer.from(decoder.decode(held.subarray(0, isTold ? at : held.length)));
  return isTold ? behind(held.subarray(at), raw) : undefined;
}

interface Line {
  readonly swap: boolean;
  /** True when a line starts with the bytes. */
  readonly startsLine: boolean;
  /** Bytes that tell what it is. */
  readonly told: number;
}

/** Where other text starts, which is told, or may start, which is open; else the end of the last whole character. */
function otherText(
  bytes: Buffer,
  { swap, startsLine, told }: Line,
): { readonly at: number; readonly isTold: boolean; readonly isOpen: boolean } {
  let start = startsLine ? 0 : lineStart(bytes, 0, swap);
  for (; start !== -1; start = lineStart(bytes, start, swap)) {
    const next = bytes.subarray(start, start + told);
    if (!next.every(isAscii)) continue;
    const isTold = next.length === told;
    return { at: start, isTold, isOpen: !isTold };
  }
  return { at: bytes.length - (bytes.length % 2), isTold: false, isOpen: false };
}

/** Where the next line starts behind an offset; -1 when none does. */
function lineStart(bytes: Buffer, from: number, swap: boolean): number {
  for (let at = bytes.indexOf(LINE_FEED, from); at !== -1; at = bytes.indexOf(LINE_FEED, at + 1)) {
    const unit = swap ? at - 1 : at;
    if (unit >= from && unit % 2 === 0 && bytes[swap ? unit : unit + 1] === 0) return unit + 2;
  }
  return -1;
}

function isAscii(byte: number): boolean {
  return (byte >= 0x20 && byte < 0x7f) || (byte >= 0x09 && byte <= 0x0d);
}

/** The chunks, without closing what gives them: others may read on. */
async function* once(raw: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  for (let step; (step = await raw.next()).done !== true;) yield step.value;
}

async function* behind(start: Buffer, raw: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  yield start;
  yield* raw;
}

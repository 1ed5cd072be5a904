import { toByteString } from '../../util/bytes.ts';

/** A part of a text that a container runtime split, and what follows its tag. */
const SPLIT_LINE = /^\d{4}-\d\d-\d\d[T ]\S{8,32} (?:stdout|stderr) [FP](?::\S{1,64})? /;
const LONGEST_HEAD = 140;

const REPLACED = '\ufffd';
const LONE_BYTE = /[\udc80-\udcff]/u;
const replacing = new TextDecoder('utf-8', { ignoreBOM: true });

/** The parts of a Buffer that are needed here. */
interface Bytes {
  toString(encoding: 'utf8', start: number, end: number): string;
  subarray(start: number, end: number): Uint8Array;
}

/**
 * The text of a line. Parts of split texts may start and end inside a character: there its bytes are kept as U+DC80 to
 * U+DCFF, for {@link joinedText}.
 */
export function lineText(bytes: Bytes, start: number, end: number): string {
  const text = bytes.toString('utf8', start, end);
  if (!text.includes(REPLACED)) return text;
  const head = SPLIT_LINE.exec(text.slice(0, LONGEST_HEAD))?.[0];
  return head === undefined ? text : head + partText(bytes.subarray(start + head.length, end));
}

/** The text of a part, with the bytes of characters that were cut at its start or end, as {@link lineText} keeps them. */
export function partText(bytes: Uint8Array): string {
  let from = 0;
  while (from < 3 && isFurtherByte(bytes[from])) from++;
  const to = Math.max(from, bytes.length - openBytes(bytes));
  const middle = replacing.decode(bytes.subarray(from, to));
  return lone(bytes.subarray(0, from)) + middle + lone(bytes.subarray(to));
}

/** A text of parts, in which the bytes of cut characters are together again. */
export function joinedText(text: string): string {
  if (!LONE_BYTE.test(text)) return text;
  return replacing.decode(Uint8Array.from(toByteString(text), (char) => char.charCodeAt(0)));
}

function isFurtherByte(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x80 && byte < 0xc0;
}

/** How many of the last bytes are the start of a character. */
function openBytes(bytes: Uint8Array): number {
  for (let count = 1; count <= 3; count++) {
    const byte = bytes[bytes.length - count];
    if (byte === undefined || byte < 0x80) return 0;
    if (byte >= 0xc0) return count < (byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4) ? count : 0;
  }
  return 0;
}

function lone(bytes: Uint8Array): string {
  return bytes.length === 0 ? '' : String.fromCharCode(...Array.from(bytes, (b) => 0xdc00 + b));
}

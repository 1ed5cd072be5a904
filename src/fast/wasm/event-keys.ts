import type { Buffer } from 'node:buffer';
import { stringMember, type JsonObject } from '../../json/value.ts';
import type { ScannerExports } from './instantiate.ts';
import { MAX, MEMORY } from './layout.gen.ts';

/**
 * Two 64-bit numbers that nobody can know who writes the log: events are told by a hash with this key, and one that
 * is left out must not be made to look like another.
 */
export type RepeatKey = readonly [bigint, bigint];

type Hashing = Pick<ScannerExports, 'noteNow' | 'keyedHash'>;

/** Characters that are hashed together. */
const CHUNK = 256;
const LONE_SURROGATE = /\p{Surrogate}/u;

/** What tells an event from others: its audit ID, stage and stage time. */
export function keyOf(event: JsonObject): string[] {
  return ['auditID', 'stage', 'stageTimestamp'].map((key) => stringMember(event, key) ?? '');
}

/**
 * Remembers an event by its audit ID, stage and stage time, as the scanner remembers those of plain lines.
 *
 * @returns true when it was there before
 */
export function noteEvent(wasm: Hashing, bytes: Buffer, texts: readonly string[]): boolean {
  let at: number = MEMORY.noted;
  const keys = texts.map((text) => keyText(wasm, bytes, text));
  const spans = keys.flatMap((text) => {
    const start = at;
    at += bytes.write(`"${text}"`, at);
    return [start, at];
  });
  const [a, b, c, d, e, f] = spans as [number, number, number, number, number, number];
  return wasm.noteNow(a, b, c, d, e, f) !== 0;
}

/** What stands for a text in the key of an event: a text that is long, or no valid Unicode, by its hash. */
function keyText(wasm: Hashing, bytes: Buffer, text: string): string {
  if (text.length <= MAX.noted && !LONE_SURROGATE.test(text)) return text;
  let hash = '';
  for (let at = 0; at < text.length; at += CHUNK) {
    const chunk = `${text.slice(at, at + CHUNK)}${hash}`;
    const words = Math.ceil(chunk.length / 4) + 1;
    bytes.fill(0, MEMORY.noted, MEMORY.noted + 8 * words);
    bytes.writeUInt32LE(chunk.length, MEMORY.noted);
    bytes.write(chunk, MEMORY.noted + 8, 'utf16le');
    hash = BigInt.asUintN(64, wasm.keyedHash(MEMORY.noted, words)).toString(16);
  }
  // No text of a plain line has such a character.
  return `\0${hash}`;
}

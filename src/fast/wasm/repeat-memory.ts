import type { Buffer } from 'node:buffer';
import { BITS, MEMORY, STATUS } from './layout.gen.ts';

/** Both halves of the table of duplicates, in 32-bit words. */
const TABLE_WORDS = 2 * (2 << BITS.seen);

/** The events that a scanner remembers, with the key of their hashes: another scanner may go on with them. */
export interface RepeatMemory {
  readonly key: readonly [bigint, bigint];
  readonly table: Uint32Array;
  readonly fill: number;
  readonly half: number;
}

/** The scanner's memory. */
interface Memory {
  readonly bytes: Buffer;
  word(address: number): number;
  setWord(address: number, value: number): void;
  words(address: number, count: number): Uint32Array;
}

/** A copy of what a scanner remembers. */
export function readRepeats(scanner: Memory): RepeatMemory {
  const { bytes } = scanner;
  const keyAt = (at: number): bigint => bytes.readBigUInt64LE(STATUS.hashKey + 8 * at);
  return {
    key: [keyAt(0), keyAt(1)],
    table: scanner.words(MEMORY.seen, TABLE_WORDS),
    fill: scanner.word(STATUS.seenFill),
    half: scanner.word(STATUS.seenHalf),
  };
}

/** Has a scanner remember what another one did, in place of what it knows. */
export function writeRepeats(scanner: Memory, { key, table, fill, half }: RepeatMemory): void {
  for (const [at, word] of key.entries())
    scanner.bytes.writeBigUInt64LE(word, STATUS.hashKey + 8 * at);
  scanner.bytes.set(new Uint8Array(table.buffer, table.byteOffset, table.byteLength), MEMORY.seen);
  scanner.setWord(STATUS.seenFill, fill);
  scanner.setWord(STATUS.seenHalf, half);
}

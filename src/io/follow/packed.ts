import { Buffer } from 'node:buffer';
import type { Problem } from '../../events/problems.ts';
import { feedInput, type ByteTarget } from '../read-input.ts';
import { PRINT_SIZE } from './byte-print.ts';

const CHUNK = 256 * 1024;

interface PackedOptions {
  readonly onProblem: (problem: Problem) => void;
  readonly onBytes?: ((bytes: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The expanded bytes of a compressed file, in pieces that are valid until the next one. */
export async function* unpacked(path: string, options: PackedOptions): AsyncGenerator<Buffer> {
  const space = Buffer.allocUnsafe(CHUNK);
  const target: ByteTarget<Buffer> = {
    space: () => space,
    filled: (bytes) => space.subarray(0, bytes),
    end: () => space.subarray(0, 0),
  };
  const source = { name: path, path, size: undefined };
  for await (const bytes of feedInput(source, options, target)) {
    if (bytes !== undefined && bytes.length > 0) yield bytes;
  }
}

/** The first expanded bytes; fewer where there are no more, or the file is not whole yet. */
export async function unpackedStart(path: string): Promise<Buffer> {
  let start = Buffer.alloc(0);
  for await (const bytes of unpacked(path, { onProblem: () => undefined })) {
    start = Buffer.concat([start, bytes]).subarray(0, PRINT_SIZE);
    if (start.length === PRINT_SIZE) break;
  }
  return start;
}

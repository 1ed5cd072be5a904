import { Buffer } from 'node:buffer';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { contentKind } from './content/content-kind.ts';

/** An open regular file of text that is not compressed. */
export interface PlainFile {
  readonly fd: number;
  /** Bytes when it was opened. */
  readonly size: number;
  close(): void;
}

const HEAD_SIZE = 4096;

/** Opens a plain file; undefined when it is compressed or binary, smaller than `minSize`, or unreadable. */
export function openPlainFile(path: string, minSize: number): PlainFile | undefined {
  let fd: number;
  try {
    // Without O_NONBLOCK, opening a FIFO waits for its writer, deaf to signals.
    fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch {
    return undefined;
  }
  const close = (): void => closeSync(fd);
  const size = sizeOfText(fd);
  if (size !== undefined && size >= minSize) return { fd, size, close };
  close();
  return undefined;
}

function sizeOfText(fd: number): number | undefined {
  try {
    const stats = fstatSync(fd);
    if (!stats.isFile()) return undefined;
    const head = Buffer.alloc(HEAD_SIZE);
    const bytes = readSync(fd, head, 0, head.length, 0);
    // NUL bytes before the first line are passed over by whoever reads from the start.
    const isPlain = head[0] !== 0 && contentKind(head.subarray(0, bytes)).type === 'text';
    return isPlain ? stats.size : undefined;
  } catch {
    return undefined;
  }
}

import type { Buffer } from 'node:buffer';
import { OTHER_KINDS } from './other-kinds.ts';

/** The kind of an input, told by its first bytes. */
export type ContentKind =
  | { readonly type: 'text' | 'gzip' | 'zstd' | 'utf16le' | 'utf16be' }
  | { readonly type: 'binary'; readonly detail: string };

const MAGIC: readonly (readonly [bytes: readonly number[], kind: ContentKind])[] = [
  [[0x1f, 0x8b], { type: 'gzip' }],
  [[0x28, 0xb5, 0x2f, 0xfd], { type: 'zstd' }],
  // PowerShell writes UTF-16 with this mark when output is redirected.
  [[0xff, 0xfe], { type: 'utf16le' }],
  [[0xfe, 0xff], { type: 'utf16be' }],
  ...OTHER_KINDS.map(({ magic, text }) => [[...magic], { type: 'binary', detail: text }] as const),
];

/**
 * Share of control bytes from which on data is binary, in percent. NUL bytes do not count: log
 * files that were truncated while they were written start with a run of them.
 */
const BINARY_PERCENT = 10;

/** Tells what an input is by its first bytes, never by its name. */
export function contentKind(start: Buffer): ContentKind {
  for (const [bytes, kind] of MAGIC) {
    if (bytes.every((byte, index) => start[index] === byte)) return kind;
  }
  // zstd files may start with a skippable frame (RFC 8878 3.1.2).
  if (isSkippableFrame(start)) return { type: 'zstd' };
  // Most inputs have no control bytes at all, and this test is faster than counting.
  if (!CONTROL.test(start.toString('latin1'))) return { type: 'text' };
  let controls = 0;
  let bytes = 0;
  for (const byte of start) {
    if (byte === 0) continue;
    bytes++;
    if (isControl(byte)) controls++;
  }
  if (controls * 100 <= bytes * BINARY_PERCENT) return { type: 'text' };
  return { type: 'binary', detail: 'too many control bytes; pass the audit log itself' };
}

function isSkippableFrame(start: Buffer): boolean {
  return (start[0] ?? 0) >> 4 === 5 && start[1] === 0x2a && start[2] === 0x4d && start[3] === 0x18;
}

/** Control bytes as in {@link isControl}, without NUL. */
// oxlint-disable-next-line no-control-regex -- that is what is looked for
const CONTROL = /[\x01-\x08\x0e-\x1a\x1c\x1d\x1f]/;

/** Tabs, line breaks, colours and record separators are text. */
function isControl(byte: number): boolean {
  return byte < 0x09 || (byte > 0x0d && byte < 0x20 && byte !== 0x1b && byte !== 0x1e);
}

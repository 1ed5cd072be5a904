import type { Buffer } from 'node:buffer';
import { OTHER_KINDS } from './other-kinds.ts';

/** The kind of an input, told by its first bytes. */
export type ContentKind =
  | { readonly type: 'text' | 'gzip' | 'zstd' | 'utf16le' | 'utf16be' | 'tar' }
  | { readonly type: 'binary'; readonly detail: string };

const MAGIC: readonly (readonly [bytes: readonly number[], kind: ContentKind])[] = [
  [[0x1f, 0x8b], { type: 'gzip' }],
  [[0x28, 0xb5, 0x2f, 0xfd], { type: 'zstd' }],
  ...OTHER_KINDS.map(({ magic, text }) => [[...magic], { type: 'binary', detail: text }] as const),
  // PowerShell writes UTF-16 with this mark when output is redirected. That of UTF-32 starts alike.
  [[0xff, 0xfe], { type: 'utf16le' }],
  [[0xfe, 0xff], { type: 'utf16be' }],
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
  if (isTarHeader(start)) return { type: 'tar' };
  if (isOrc(start)) return { type: 'binary', detail: ORC };
  const utf16 = unmarkedUtf16(start);
  if (utf16 !== undefined) return { type: utf16 };
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

/** Bytes of a tar header: fewer cannot be told from text. */
export const TAR_HEADER = 512;
const CHECKSUM = { start: 148, end: 156 };

/** True for a header whose checksum is right; that holds for all kinds of tar. */
function isTarHeader(start: Buffer): boolean {
  if (start.length < TAR_HEADER || start[0] === 0) return false;
  const written = /^ *([0-7]{1,7})/.exec(
    start.toString('latin1', CHECKSUM.start, CHECKSUM.end),
  )?.[1];
  if (written === undefined) return false;
  let sum = 0;
  for (let i = 0; i < TAR_HEADER; i++) {
    sum += i >= CHECKSUM.start && i < CHECKSUM.end ? 0x20 : start[i]!;
  }
  return sum === Number.parseInt(written, 8);
}

/** UTF-16 without a mark: every other byte of text in ASCII is NUL, and no other byte is. */
function unmarkedUtf16(start: Buffer): 'utf16le' | 'utf16be' | undefined {
  const units = Math.min(start.length >> 1, 64);
  if (units < 2) return undefined;
  let little = 0;
  let big = 0;
  for (let i = 0; i < units * 2; i += 2) {
    if (start[i] !== 0 && start[i + 1] === 0) little++;
    if (start[i] === 0 && start[i + 1] !== 0) big++;
  }
  if (little * 4 >= units * 3 && big === 0) return 'utf16le';
  return big * 4 >= units * 3 && little === 0 ? 'utf16be' : undefined;
}

const ORC = 'an ORC file; export it as JSON lines: orc-tools data FILE | k8s-audit scan -';
/** Bytes of a stripe, among which some are no text. */
const STRIPE = 64;

/** Its mark is three letters, as text may have them. */
function isOrc(start: Buffer): boolean {
  const text = start.toString('latin1', 0, STRIPE);
  return text.startsWith('ORC') && CONTROL.test(text);
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

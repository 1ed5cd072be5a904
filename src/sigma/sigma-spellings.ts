import { base64Of, base64Offsets, utf16Of } from './sigma-encodings.ts';
import { SigmaError } from './sigma-error.ts';
import type { Part } from './sigma-pattern.ts';
import { textOf, textValue, wildcardFree, type SigmaValue } from './sigma-value.ts';

// Modifiers that write a text in another way, or in several.

/** The text in base64; after `wide` and its like, that of its bytes. */
export function base64(value: SigmaValue, earlier: readonly string[]): SigmaValue {
  return textOf(value, [base64Of(wildcardFree(value), areBytes(earlier))]);
}

/** What base64 of a longer text may hold for it. */
export function offsets(value: SigmaValue, earlier: readonly string[]): SigmaValue {
  const { node } = value;
  const spellings = base64Offsets(wildcardFree(value), areBytes(earlier));
  return { kind: 'spellings', node, values: spellings.map((text) => textOf(value, [text])) };
}

/** The bytes of the text in UTF-16. */
export function utf16(byteOrder: 'le' | 'be', mark = ''): (value: SigmaValue) => SigmaValue {
  return (value) => textOf(value, [mark + utf16Of(wildcardFree(value), byteOrder)]);
}

function areBytes(earlier: readonly string[]): boolean {
  return earlier.some((name) => name === 'wide' || name.startsWith('utf16'));
}

/** Dashes that programs of Windows take for each other. */
const DASHES = ['-', '/', '\u2013', '\u2014', '\u2015'];
/** A dash or slash that starts a word. */
const WORD_DASH = /(?<!\w)[-/](?=\w)/g;
const MAX_DASHES = 3;

/** The text with each dash that starts a word in all its spellings. */
export function dashes(value: SigmaValue): SigmaValue {
  const { node, parts } = textValue(value);
  let spellings: Part[][] = [[]];
  let left = MAX_DASHES;
  for (const part of parts) {
    const pieces = typeof part === 'string' ? part.split(WORD_DASH) : [part];
    left -= pieces.length - 1;
    if (left < 0) throw new SigmaError(`'windash' takes at most ${MAX_DASHES} dashes`, node);
    spellings = spellings.flatMap((before) =>
      pieces.reduce<Part[][]>(
        (made, piece, at) =>
          at === 0
            ? made.map((some) => [...some, piece])
            : made.flatMap((some) => DASHES.map((dash) => [...some, dash, piece])),
        [before],
      ),
    );
  }
  return { kind: 'spellings', node, values: spellings.map((some) => textOf(value, joined(some))) };
}

/** Texts that follow each other as one. */
function joined(parts: readonly Part[]): Part[] {
  const out: Part[] = [];
  for (const part of parts) {
    const last = out.at(-1);
    if (typeof part === 'string' && typeof last === 'string') out[out.length - 1] = last + part;
    else if (part !== '') out.push(part);
  }
  return out;
}

/** Encodings that hide a text inside another: read with the place of every character. */
import type { Layer } from './marks.ts';

const HEX = /^[0-9a-fA-F]+$/;

/** The part of a text from `start` up to `end`, as it is. */
function plainLayer(text: string, start: number, end: number): Layer {
  const at = (index: number): number => start + index;
  return { text: text.slice(start, end), at, end: at };
}

function layerOf(parts: string[], places: number[], end: number): Layer {
  places.push(end);
  const at = (index: number): number => places[index] ?? end;
  return { text: parts.join(''), at, end: at };
}

const JSON_ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
};

/** The content of a JSON string. What is no escape stays as it is. */
export function jsonLayer(text: string, start: number, end: number): Layer {
  const plain = plainLayer(text, start, end);
  // Not looked for in the text around, which may be megabytes long for each of its strings.
  if (!plain.text.includes('\\')) return plain;
  const parts: string[] = [];
  const places: number[] = [];
  for (let i = start; i < end;) {
    places.push(i);
    const next = text[i + 1] ?? '';
    if (text[i] !== '\\' || i + 1 >= end) {
      parts.push(text[i]!);
      i++;
    } else if (next === 'u' && HEX.test(text.slice(i + 2, i + 6)) && i + 6 <= end) {
      parts.push(String.fromCharCode(Number.parseInt(text.slice(i + 2, i + 6), 16)));
      i += 6;
    } else {
      parts.push(JSON_ESCAPES[next] ?? next);
      i += 2;
    }
  }
  return layerOf(parts, places, end);
}

/** Percent-encoded text; with `plus`, as in a query, where `+` is a blank. Bytes above 127 stay encoded. */
export function percentLayer(text: string, start: number, end: number, plus: boolean): Layer {
  const parts: string[] = [];
  const places: number[] = [];
  for (let i = start; i < end;) {
    places.push(i);
    const character = text[i]!;
    const code = character === '%' && i + 3 <= end ? hexByte(text, i + 1) : -1;
    if (code >= 0 && code < 0x80) {
      parts.push(String.fromCharCode(code));
      i += 3;
    } else {
      parts.push(plus && character === '+' ? ' ' : character);
      i++;
    }
  }
  return layerOf(parts, places, end);
}

function hexByte(text: string, index: number): number {
  const pair = text.slice(index, index + 2);
  return pair.length === 2 && HEX.test(pair) ? Number.parseInt(pair, 16) : -1;
}

// oxlint-disable-next-line no-control-regex -- what text does not hold
const NO_TEXT = /[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f\u0080-\uffff]/;

/** The ASCII text that base64 stands for; undefined when it is none. */
export function base64Text(encoded: string): string | undefined {
  // Most digests and random values fail on their first characters.
  if (encoded.length > 48 && decode(encoded.slice(0, 48)) === undefined) return undefined;
  return decode(encoded);
}

function decode(encoded: string): string | undefined {
  const clean = encoded
    .replace(/[\s=]+/g, '')
    .replaceAll('-', '+')
    .replaceAll('_', '/');
  if (clean.length % 4 === 1) return undefined;
  try {
    const text = atob(clean);
    return NO_TEXT.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}

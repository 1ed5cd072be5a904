/** One cheap look at the characters of a text, before anything that costs more. */

/** Classes of characters: small letters, dashes and underscores; digits; capitals; the rest of base64; signs of few tokens. */
const SMALL = 1;
const DIGIT = 2;
const CAPITAL = 4;
const BASE64 = 8;
const SIGN = 16;
const CLASSES = new Uint8Array(128);
for (const [characters, kind] of [
  ['abcdefghijklmnopqrstuvwxyz-_', SMALL],
  ['0123456789', DIGIT],
  ['ABCDEFGHIJKLMNOPQRSTUVWXYZ', CAPITAL],
  ['+/', BASE64],
  ['$~', SIGN],
] as const) {
  for (const character of characters) CLASSES[character.charCodeAt(0)] = kind;
}
/** Shortest run in a token, with and without digits and capitals. */
const MIN_RANDOM = 10;
const MIN_WORDS = 20;
/** Shortest base64 that is read. */
const MIN_BASE64 = 24;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What a text may hold. */
export interface Runs {
  readonly tokens: boolean;
  readonly base64: boolean;
}

const NONE: Runs = { tokens: false, base64: false };

/**
 * Looks for runs of characters that are no plain words.
 *
 * @param begins whether a token may begin in the part of the text that holds a run
 */
export function lookForRuns(text: string, begins: (start: number, end: number) => boolean): Runs {
  const { length } = text;
  let tokens = false;
  let base64 = false;
  let run = 0;
  let random = false;
  let long = 0;
  let capital = false;
  for (let i = 0; i <= length; i++) {
    const code = i < length ? text.charCodeAt(i) : 0;
    const kind = code < 128 ? CLASSES[code]! : 0;
    if (kind > 0 && kind <= BASE64) {
      long++;
      if (kind === CAPITAL) capital = true;
    } else if (long > 0) {
      if (long >= MIN_BASE64 && capital) base64 = true;
      long = 0;
      capital = false;
    }
    if (kind > 0 && kind <= CAPITAL) {
      run++;
      if (kind !== SMALL) random = true;
    } else if (kind === SIGN) tokens = true;
    else if (run > 0) {
      if (!tokens && run >= (random ? MIN_RANDOM : MIN_WORDS) && !isUuid(text, i - run, run)) {
        tokens = begins(i - run, i);
      }
      run = 0;
      random = false;
    }
  }
  return tokens || base64 ? { tokens, base64 } : NONE;
}

function isUuid(text: string, start: number, length: number): boolean {
  return length === 36 && text[start + 8] === '-' && UUID.test(text.slice(start, start + 36));
}

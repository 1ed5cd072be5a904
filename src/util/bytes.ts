// Falco compares bytes; JavaScript strings hold UTF-16 units. For valid text the two agree on
// equality, prefixes and substrings. Where they do not (single-byte wildcards, lengths, order), text
// is turned into a byte string: one character per UTF-8 byte. Bytes that are no UTF-8 are held in
// ordinary strings as the surrogates U+DC80 to U+DCFF.

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

// oxlint-disable-next-line no-control-regex -- the range of ASCII
const NON_ASCII = /[^\x00-\x7f]/;

/** True when every character is one byte. */
function isAscii(text: string): boolean {
  return !NON_ASCII.test(text);
}

/** The UTF-8 bytes of a text, one character a byte. */
export function toByteString(text: string): string {
  if (isAscii(text)) return text;
  let out = '';
  for (const char of text) {
    const code = char.codePointAt(0)!;
    if (code < 0x80) out += char;
    else if (code >= 0xdc80 && code <= 0xdcff) out += String.fromCharCode(code - 0xdc00);
    else for (const byte of encoder.encode(char)) out += String.fromCharCode(byte);
  }
  return out;
}

/** The text of a byte string; bytes that are no UTF-8 become U+DC80 to U+DCFF. */
export function fromByteString(bytes: string): string {
  if (isAscii(bytes)) return bytes;
  const array = Uint8Array.from(bytes, (char) => char.charCodeAt(0));
  try {
    return decoder.decode(array);
  } catch {
    return decodeLoosely(array);
  }
}

function decodeLoosely(bytes: Uint8Array): string {
  let out = '';
  for (let i = 0; i < bytes.length;) {
    const length = sequenceLength(bytes, i);
    out +=
      length === 0
        ? String.fromCharCode(0xdc00 + bytes[i]!)
        : decoder.decode(bytes.subarray(i, i + length));
    i += Math.max(1, length);
  }
  return out;
}

/** Length of the valid UTF-8 sequence at `start`; 0 when there is none. */
function sequenceLength(bytes: Uint8Array, start: number): number {
  for (let length = 1; length <= 4 && start + length <= bytes.length; length++) {
    try {
      decoder.decode(bytes.subarray(start, start + length));
      return length;
    } catch {
      // Longer sequences are tried next.
    }
  }
  return 0;
}

/** Length in UTF-8 bytes. */
export function byteLength(text: string): number {
  return isAscii(text) ? text.length : toByteString(text).length;
}

/** Exactly `width` bytes: cut, or padded with blanks on the right. */
export function fitBytes(text: string, width: number): string {
  const bytes = toByteString(text);
  if (bytes.length <= width) return text + ' '.repeat(width - bytes.length);
  return cutBytes(text, width);
}

const replacingDecoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** At most `width` bytes; a character cut in half becomes one U+FFFD, as in Falco's output. */
export function cutBytes(text: string, width: number): string {
  const bytes = toByteString(text);
  if (bytes.length <= width) return text;
  const kept = bytes.slice(0, width);
  if (isAscii(kept)) return kept;
  return replacingDecoder.decode(Uint8Array.from(kept, (char) => char.charCodeAt(0)));
}

/** Text fit for output: invalid UTF-8 and lone surrogates become U+FFFD. */
export function replaceInvalid(text: string): string {
  return isAscii(text) ? text : text.replace(/\p{Surrogate}/gu, '\ufffd');
}

/** Orders by bytes, as strcmp does. */
export function compareBytes(a: string, b: string): number {
  const [x, y] = isAscii(a) && isAscii(b) ? [a, b] : [toByteString(a), toByteString(b)];
  return x < y ? -1 : x > y ? 1 : 0;
}

/** What was put in lower case last: a text is compared with many patterns, one after the other. */
let lastText = '';
let lastLower = '';

/** ASCII letters in lower case, everything else as it is (C locale). */
export function asciiLower(text: string): string {
  if (text === lastText) return lastLower;
  // Of ASCII V8 makes the same at once, and gives back the text itself where nothing is to change.
  const lower = isAscii(text)
    ? text.toLowerCase()
    : text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
  lastText = text;
  lastLower = lower;
  return lower;
}

/** ASCII letters in upper case, everything else as it is (C locale). */
export function asciiUpper(text: string): string {
  return text.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
}

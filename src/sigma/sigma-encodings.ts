import { toByteString } from '../util/bytes.ts';

// Bytes are texts of one character a byte here, because modifiers encode one after the other: `wide|base64`.

/** The bytes of a text in UTF-16. */
export function utf16Of(text: string, order: 'le' | 'be'): string {
  let bytes = '';
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    const [low, high] = [unit & 0xff, unit >> 8];
    bytes += order === 'le' ? String.fromCharCode(low, high) : String.fromCharCode(high, low);
  }
  return bytes;
}

/** Base64 of a text in UTF-8, or of bytes. */
export function base64Of(text: string, isBytes: boolean): string {
  return btoa(isBytes ? text : toByteString(text));
}

/** How a text looks in a longer one that is encoded, for each of the three places that it can begin at. */
export function base64Offsets(text: string, isBytes: boolean): string[] {
  const bytes = isBytes ? text : toByteString(text);
  return [0, 1, 2].map((offset) => {
    const whole = btoa(' '.repeat(offset) + bytes);
    // A character that also holds bits of a neighbour is left out.
    const start = [0, 2, 3][offset]!;
    const cut = [0, 3, 2][(bytes.length + offset) % 3]!;
    return whole.slice(start, whole.length - cut);
  });
}

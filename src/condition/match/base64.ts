import { fromByteString } from '../../util/bytes.ts';
import { cutAtNul } from '../../util/text.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/**
 * Decodes base64 as Falco's `b64` does (libs base64.h): standard alphabet, at most two trailing `=`
 * are dropped whatever the length. A text of padding alone has no value.
 *
 * @returns the text up to a NUL; undefined for a left-over character, left-over bits that are set, or any
 *   other character
 */
export function decodeBase64(text: string): string | undefined {
  const body = text.replace(/={1,2}$/, '');
  if (body === '' && text !== '') return undefined;
  if (body.length % 4 === 1) return undefined;
  let bits = 0;
  let held = 0;
  let out = '';
  for (const char of body) {
    const value = ALPHABET.indexOf(char);
    if (value === -1) return undefined;
    held = (held << 6) | value;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out += String.fromCharCode((held >> bits) & 0xff);
      held &= (1 << bits) - 1;
    }
  }
  return held === 0 ? cutAtNul(fromByteString(out)) : undefined;
}

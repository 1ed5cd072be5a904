import { JsonSyntaxError, tryParse } from '../../json/parse.ts';
import { fromByteString, toByteString } from '../../util/bytes.ts';

/** The length of a message in bytes, and the blank and the priority after it. */
const COUNT = /^([1-9]\d{1,8}) <\d{1,3}>/;

/**
 * The messages of a line that were written one after the other, each with its length before it: syslog over TCP that was
 * kept as it came (RFC 6587, octet counting).
 *
 * @returns the text as it is, when it is none of several messages: an event that only looks like two is one
 */
export function octetFrames(text: string): readonly string[] {
  const first = COUNT.exec(text);
  if (first === null || isOne(text)) return [text];
  const bytes = toByteString(text);
  const frames: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const [counted, count] = COUNT.exec(bytes.slice(at, at + 16)) ?? [];
    if (counted === undefined) return [text];
    const end = at + counted.indexOf('<') + Number(count);
    frames.push(fromByteString(bytes.slice(at, end)));
    at = end;
  }
  return frames;
}

function isOne(text: string): boolean {
  const json = text.indexOf('{"');
  return json === -1 || !(tryParse(text.slice(json)) instanceof JsonSyntaxError);
}

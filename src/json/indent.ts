import { stringEnd } from './quoted-text.ts';

/**
 * Longest result of {@link indentJson}, in characters. Indentation grows with the depth, so that a
 * hostile event could become thousands of times its size.
 */
const MAX_INDENTED = 1 << 26;

/**
 * Compact JSON over several lines, indented by two blanks, as Go's `json.Indent` does it: empty
 * arrays and objects stay on one line. A result longer than `limit` is given up, the compact text
 * returned.
 */
export function indentJson(text: string, limit = MAX_INDENTED): string {
  const out: string[] = [];
  let length = 0;
  let depth = 0;
  let kept = 0;
  const add = (part: string) => {
    out.push(part);
    length += part.length;
  };
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x22) {
      const end = stringEnd(text, i);
      if (end === -1) break;
      i = end - 1;
      continue;
    }
    const opens = code === 0x7b || code === 0x5b;
    const closes = code === 0x7d || code === 0x5d;
    if (!opens && !closes && code !== 0x2c && code !== 0x3a) continue;
    if (opens && (text[i + 1] === '}' || text[i + 1] === ']')) {
      i++;
      continue;
    }
    if (opens) depth++;
    if (closes) depth--;
    const breakLength = 1 + 2 * depth;
    if (length + (i - kept) + breakLength + 1 > limit) return text;
    add(text.slice(kept, closes ? i : i + 1));
    kept = closes ? i : i + 1;
    add(code === 0x3a ? ' ' : `\n${'  '.repeat(Math.max(0, depth))}`);
  }
  return out.join('') + text.slice(kept);
}

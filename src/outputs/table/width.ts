/** How many terminal columns text takes, for text that escapeTerminal has passed. */

const ASCII = /^[\x20-\x7e]*$/;
const ZERO = /^[\p{Mn}\p{Me}]$/u;
/** East Asian Wide and Fullwidth (UAX #11), and characters shown as emoji. */
const WIDE =
  /^(?:[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\u4dbf\u4e00-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18dff}\u{1aff0}-\u{1b2ff}\u{1f200}-\u{1f265}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation})$/u;
/** Flags are pairs of these; the pair takes two columns. */
const REGIONAL = /^\p{Regional_Indicator}$/u;

/** True for a character that joins the one before it. */
export function isCombining(character: string): boolean {
  return ZERO.test(character);
}

function characterWidth(character: string): number {
  if (character < '\u0300') return 1;
  if (ZERO.test(character)) return 0;
  return WIDE.test(character) && !REGIONAL.test(character) ? 2 : 1;
}

/** Columns that a line of escaped text takes. */
export function displayWidth(text: string): number {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

/** The longest start of the text that fits `width` columns, cut with `…` when it does not fit. */
export function truncate(text: string, width: number): string {
  if (text.length <= width && displayWidth(text) <= width) return text;
  let kept = '';
  let used = 0;
  for (const character of text) {
    const columns = characterWidth(character);
    if (used + columns > width - 1) break;
    kept += character;
    used += columns;
  }
  // What was cut before ends in the mark already.
  return `${kept.trimEnd().replace(/…$/, '')}…`;
}

/** Characters of names and lists behind which a line may break. */
const SEPARATORS = '/-:@.,';

/**
 * Breaks text into lines of at most `width` columns, at blanks where possible, else behind what separates the parts
 * of a name, and anywhere only where a part is longer than a line; at most `limit` lines, the last one then ends in `…`.
 */
export function wrap(text: string, width: number, limit: number): string[] {
  return broken(text, width, limit, breakBefore);
}

/** As {@link wrap}, for fields with two blanks between them: a field such as `3 min 20 s` stays whole where it can. */
export function wrapFields(text: string, width: number, limit: number): string[] {
  return broken(text, width, limit, (rest, end) => {
    const gap = rest.lastIndexOf('  ', end);
    return gap > end / 3 ? gap : breakBefore(rest, end);
  });
}

/** @param breakAt where a text breaks whose first `end` characters fit a line */
function broken(
  text: string,
  width: number,
  limit: number,
  breakAt: (text: string, end: number) => number,
): string[] {
  const lines: string[] = [];
  let rest = text;
  while (rest !== '') {
    const end = fitting(rest, width);
    if (end === rest.length) return [...lines, rest];
    if (lines.length === limit - 1) return [...lines, truncate(rest, width)];
    const cut = breakAt(rest, end);
    lines.push(rest.slice(0, cut).replace(/ +$/, ''));
    rest = rest.slice(cut).replace(/^ +/, '');
  }
  return lines.length === 0 ? [''] : lines;
}

/** Index after the last character that fits; at least one character always does. */
function fitting(text: string, width: number): number {
  let used = 0;
  let index = 0;
  for (const character of text) {
    used += characterWidth(character);
    if (used > width && index > 0) return index;
    index += character.length;
  }
  return index;
}

function breakBefore(text: string, end: number): number {
  if (text[end] === ' ') return end;
  const blank = text.lastIndexOf(' ', end - 1);
  if (blank > end / 3) return blank + 1;
  const start = Math.max(0, blank);
  for (let index = end - 1; index > start; index--) {
    if (SEPARATORS.includes(text[index]!)) return index + 1;
  }
  return blank > 0 ? blank + 1 : end;
}

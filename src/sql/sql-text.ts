const encoder = new TextEncoder();

/**
 * A text as a string literal of ClickHouse. Whatever the text holds, the literal ends where it should: quotes,
 * backslashes and all bytes outside printable ASCII are escaped.
 *
 * @param text well-formed, see {@link isWellFormed}
 */
export function quoted(text: string): string {
  let out = "'";
  for (const byte of encoder.encode(text)) {
    const isPlain = byte >= 0x20 && byte < 0x7f && byte !== 0x27 && byte !== 0x5c;
    out += isPlain ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`;
  }
  return `${out}'`;
}

/** An array of string literals. */
export function quotedList(texts: readonly string[]): string {
  return `[${texts.map(quoted).join(', ')}]`;
}

/** False for texts that stand for bytes which are no UTF-8: rows of JSON hold no such text. */
export function isWellFormed(text: string): boolean {
  return !/[\ud800-\udfff]/u.test(text);
}

/** A text for a comment that ends with its line: control characters become blanks. */
export function commented(text: string): string {
  // oxlint-disable-next-line no-control-regex -- a line break would end the comment
  return text.replaceAll(/[\0-\x1f\x7f-\x9f\u2028\u2029]+/g, ' ');
}

/** A text as it stands in a pattern of RE2 or Hyperscan, which read it as itself. */
export function patternOf(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9\u0080-\u{10ffff}]/gu, (char) => {
    return `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
}

// Room events/text: what can be told from text before its JSON is parsed.
// Door: no single one; assembler.ts joins lines to values, text-record.ts tells what a text is.
// Neighbours: uses convert and json; wrappers and decode ask it. It keeps no state across inputs.
// Inside: structure.ts finds the brackets of values that span lines; fragments.ts rejoins split records; record-search.ts
// finds records behind what is none, octet-frames.ts the messages of syslog over TCP; escaped-text.ts undoes escaping.

/**
 * Index of the first character that is content: blanks, byte order marks, NUL bytes and record
 * separators (RFC 7464, `journalctl -o json-seq`) before it are passed over.
 */
export function contentStart(text: string, from = 0): number {
  let i = from;
  for (; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0x20 && code !== 0xfeff) break;
    if (code !== 0x20 && !(code >= 0x09 && code <= 0x0d) && !isFiller(code)) break;
  }
  return i;
}

function isFiller(code: number): boolean {
  return code === 0 || code === 0x1e || code === 0xfeff;
}

/** True for a line of closing brackets and commas, as the end of a pretty-printed list leaves. */
export function isOnlyPunctuation(text: string): boolean {
  return /^[\s,[\]{}]*$/.test(text);
}

/** True for text that consists of closing brackets and commas only. */
function isOnlyClosers(text: string, from: number): boolean {
  let i = contentStart(text, from);
  while (text[i] === ']' || text[i] === '}' || text[i] === ',') i = contentStart(text, i + 1);
  return i === text.length;
}

/** Characters behind a value that are looked at; more are no end of a line as tools make it. */
const LONGEST_END = 1024;

/** Closers, quotes, edges and tags; or further columns, without anything that could be of a record. */
const LINE_END =
  /^(?:[\s\])}>,;'"`$|\u2500-\u257f]*|(?:\s*<\/?[A-Za-z]\w{0,15} ?\/?>)+\s*|(?:\t|[|\u2502\u2503]| {2,})[^"{}[\]]*)$/;

/** True for what tools write behind an event: brackets, the edge of a table, its further columns, a tag. */
export function isLineEnd(text: string, from: number): boolean {
  if (isOnlyClosers(text, from)) return true;
  // Tables are as wide as their longest event.
  const start = Math.max(from, contentStart(text, from) - 2);
  return text.length - start <= LONGEST_END && LINE_END.test(text.slice(start));
}

/**
 * True for a text that starts with a word in brackets, as in `[main] INFO …` and `{host=n1} …`, and not as JSON does; or
 * with a number in brackets and text behind it, as Fluent Bit counts records.
 */
export function opensWord(text: string): boolean {
  const head = text.slice(0, OPENING);
  if (/^\[\d{1,19}\] {1,8}[\w.<]/.test(head)) return true;
  if (!/^[{[]\s*[\w./#-]/.test(head)) return false;
  return !/^\[\s*(?:-?[\d.]+(?:e[-+]?\d+)?\s*(?:[,\]]|$)|(?:true|false|null)\b)/i.test(head);
}

/** A word in brackets that ends, and text after it. With a blank behind a colon it may be an object of YAML or JavaScript. */
const WORD = /^(?:\[[^[\]{}"]{1,256}\]|\{(?:[^{}":]|:(?! )){1,256}\})\s*(?:[^\s,:\]}]|$)/;

/** True for text that starts with a bracket and is no JSON, not even a broken one: `[INFO] started`. */
export function isWordInBrackets(text: string): boolean {
  return opensWord(text) && WORD.test(text);
}

/** Characters of a text that tell how it starts. */
const OPENING = 80;

/** True when the last character that is no blank closes an object or array. */
export function endsLikeJson(text: string): boolean {
  let i = text.length - 1;
  while (i >= 0 && text.charCodeAt(i) <= 0x20) i--;
  return text[i] === '}' || text[i] === ']';
}

/** True when a line cannot belong to a JSON value that spans lines: it starts with other text. */
export function isForeignText(text: string, start: number): boolean {
  return /^(?:[^{}[\]",:\-0-9tfn]|\d{4}-\d\d-)/.test(text.slice(start, start + 8));
}

/** True for text of Kubernetes components: `I0102 03:04:05.123456       1 file.go:99] …`. */
export function isKlog(text: string): boolean {
  return /^[IWEF]\d{4} \d\d:\d\d:\d\d/.test(text);
}

/**
 * Text without the codes for colour and clearing that stern, grep and `jq -C` write. JSON has no such bytes: an
 * escape inside a JSON string is spelt with a backslash.
 */
export function withoutColour(text: string): string {
  if (!text.includes('\u001b')) return text;
  // oxlint-disable-next-line no-control-regex
  return text.replaceAll(/\u001b\[[\d;]{0,16}[mK]/g, '');
}

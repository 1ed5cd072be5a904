// Room outputs/encode: log text made safe for a sink, and JSON as Falco spells it.
// Door: escape.ts for every sink, redact.ts for secrets, json-encode.ts for JSON; each imported by name.
// Neighbours: uses json and util; all formats and listings write through it.
// Inside: rule-texts.ts reuses what repeats; it does not change a byte of the output.

/**
 * Log text is written by attackers. Nothing writes it to a sink but through one of these
 * functions. They escape visibly rather than strip, because what was logged is evidence.
 */
import { escapeJobCommands, jsonInner, wellFormed } from './json-string.ts';

const PLAIN = /^[\x20-\x7e]*$/;
/**
 * What a terminal or a reader does not show as itself: C0, DEL, C1, bidi controls, zero-width
 * and other invisible characters, line and paragraph separators, noncharacters, lone surrogates.
 */
const UNSEEN =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]/gu;

/** A character as `\x1b`, `\u202e` or `\u{e0041}`. */
function visible(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (code >= 0xd800 && code <= 0xdfff) return '\uFFFD';
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\u{${hex}}`;
}

/**
 * What the log of a CI job is read for as commands. `##vso[…]` and the like count anywhere in a line; `::error::` of
 * GitHub at the start of one, to which any word may be wrapped. Other names behind `::` are left: addresses have them.
 */
const JOB_COMMAND =
  /##(?=[a-z]*\[)|::(?=(?:set-(?:output|env)|save-state|stop-commands|add-(?:mask|matcher|path)|remove-matcher|error|warning|notice|debug|group|endgroup|echo)[ :])/gi;

/** Text that gives no command to a CI job in whose log it stands: the first character of each is an escape. */
function withoutJobCommands(text: string): string {
  if (!text.includes('##') && !text.includes('::')) return text;
  return text.replace(JOB_COMMAND, (start) => visible(start[0]!) + start[1]!);
}

/** One line that is safe and readable on a terminal: tabs and line ends become blanks. */
export function escapeTerminal(text: string): string {
  const calm = withoutJobCommands(text);
  if (PLAIN.test(calm)) return calm;
  return calm.replace(/\r\n|[\n\t]/g, ' ').replace(UNSEEN, visible);
}

/** As {@link escapeTerminal}, but line ends and tabs stay: for formats that can hold them. */
export function escapeUnseen(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replace(UNSEEN, (character) =>
    character === '\n' || character === '\t' || character === '\r' ? character : visible(character),
  );
}

/**
 * A JSON string without its quotes, as Falco escapes its text lines; what a terminal or a reader does not
 * show is a JSON escape as well.
 */
export function escapeJsonText(text: string): string {
  return escapeJsonForTerminal(jsonInner(text));
}

/** JSON with all that a terminal does not show as JSON escapes: the same value. Line ends stay. */
export function escapeJsonForTerminal(json: string): string {
  const calm = escapeJobCommands(json);
  return PLAIN.test(calm)
    ? calm
    : calm.replace(UNSEEN, (character) =>
        character === '\n' ? character : unicodeEscapes(character),
      );
}

function unicodeEscapes(character: string): string {
  let units = '';
  for (let i = 0; i < character.length; i++) {
    units += `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`;
  }
  return units;
}

/** Start of a cell that spreadsheets take for a formula (OWASP: CSV injection). */
const FORMULA = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;

/** A CSV cell (RFC 4180). A leading apostrophe keeps spreadsheets from running formulas. */
export function escapeCsv(text: string): string {
  const seen = escapeUnseen(withoutJobCommands(text));
  return escapeCsvRaw(FORMULA.test(seen) ? `'${seen}` : seen);
}

/** A CSV cell with its text unchanged, for machines. */
export function escapeCsvRaw(text: string): string {
  const safe = wellFormed(text);
  return /^[\w./:@*()'-]*$/.test(safe) ? safe : `"${safe.replaceAll('"', '""')}"`;
}

const HTML_ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

/** Text that the page of a case file shows as it is: it becomes text of the document, never markup. */
export function escapePage(text: string): string {
  return escapeUnseen(text).replaceAll('\r', '\\x0d');
}

/** HTML text or a quoted attribute value. */
export function escapeHtml(text: string): string {
  return escapePage(withoutJobCommands(text)).replace(
    /[&<>"'`]/g,
    (character) => HTML_ENTITIES[character]!,
  );
}

/** XML 1.0 text or a quoted attribute value; what XML cannot hold is shown as an escape. */
export function escapeXml(text: string): string {
  return escapeHtml(text).replace(/[\uFFFE\uFFFF]/g, visible);
}

/** An XML attribute value: line ends and tabs survive attribute normalisation. */
export function escapeXmlAttribute(text: string): string {
  return escapeXml(text).replaceAll('\n', '&#10;').replaceAll('\t', '&#9;');
}

/** Markdown text on one line, also inside a table cell: no markup, links, HTML or mentions. */
export function escapeMarkdown(text: string): string {
  return (
    escapeTerminal(text)
      .replace(/[\\`*_[\]#|~$]/g, String.raw`\$&`)
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      // GitHub links bare URLs and www. names, and notifies people named after @.
      .replaceAll('://', '&#58;//')
      .replace(/\bwww\./gi, (prefix) => `${prefix.slice(0, -1)}&#46;`)
      .replace(/@/g, '@<!-- -->')
      .replace(/^(\s*)([-+]|\d+[.)])(?=\s)/, String.raw`$1\$2`)
  );
}

/** The message of a GitHub workflow command. */
export function escapeCommandData(text: string): string {
  return escapeUnseen(text).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** A property value of a GitHub workflow command. */
export function escapeCommandProperty(text: string): string {
  return escapeCommandData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

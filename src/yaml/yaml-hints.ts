/** What is known of a text that does not parse. */
export interface ReadingFailure {
  readonly hint: string | undefined;
  /** True when yaml-cpp accepts the text, but reads nodes of a shape that no rules file may have. */
  readonly isMisshapen: boolean;
}

const NOT_INDENTED = 'this line is not indented as the lines before it';
export const ALIAS_HINT = 'a text that begins with * or & must be in quotes';
/** About a text with templates of Helm in it. */
export const TEMPLATE_HINT = "templates are no YAML: read what 'helm template' makes of it";

/** Reasons that js-yaml gives, each with a hint for the user and whether yaml-cpp would read on. */
const FAILURES: readonly (ReadingFailure & { readonly reason: RegExp })[] = [
  {
    reason: /^expected the node content, but found ','/,
    hint: 'there is nothing between two commas: write an empty text as ""',
    isMisshapen: true,
  },
  {
    reason: /^end of the stream or a document separator is expected/,
    hint: NOT_INDENTED,
    isMisshapen: true,
  },
  {
    reason: /^expected valid JSON character|non-printable/,
    hint: 'a control character stands here: write it as an escape in double quotes, "\\x01"',
    isMisshapen: false,
  },
];

/** What is probably wrong where js-yaml gives up, and whether yaml-cpp would read on. */
export function failureOf(text: string, reason: string, position: number): Partial<ReadingFailure> {
  const lineStart = text.lastIndexOf('\n', position - 1) + 1;
  const line = text.slice(lineStart, position + 1);
  if (/^ *\t/.test(line)) return { hint: 'YAML is indented with blanks, not with tabs' };
  if (reason.startsWith('null byte')) return { hint: bytesHint(text) };
  const known = FAILURES.find((failed) => failed.reason.test(reason));
  if (known !== undefined) return known;
  const whole = line + text.slice(position + 1).split('\n', 1)[0]!;
  const above = text.slice(0, lineStart).trimEnd();
  return { hint: hintOfLine(whole, above.slice(above.lastIndexOf('\n') + 1), reason) };
}

/** About a file that is no text. */
function bytesHint(text: string): string {
  return text.startsWith('\x1f')
    ? 'this file is compressed: unpack it, and pass the rules files that are in it'
    : 'this file is no text';
}

/** What is probably wrong with a line or the one above it, where the parser's reason says little. */
function hintOfLine(line: string, above: string, reason: string): string | undefined {
  if (line.includes('{{')) return TEMPLATE_HINT;
  if (reason.startsWith('name of an a')) return ALIAS_HINT;
  if (reason.startsWith('can not read a block mapping entry')) return hintOfText(above);
  if (!reason.startsWith('bad indentation of a ')) return undefined;
  if (/^ *-\w/.test(above)) return "a blank must stand behind the '-' in the line above";
  if (/^ *(?:- +)?[\w-]+: +[^"'>|].*\s#/.test(above)) {
    return "a '#' ends the text of the line above: put the text in quotes, or on lines behind '>'";
  }
  if (/^ *- /.test(line) && /^ *- +[\w-]+:/.test(above)) {
    return 'the entries of a list stand under a key of their own, such as items:';
  }
  const value = /^\s*(?:- +)?[^\s:'"]+: +(.*)$/.exec(line)?.[1];
  if (value === undefined) return NOT_INDENTED;
  if (/^[%@`[{]/.test(value)) return `a text that begins with ${value[0]!} must be in quotes`;
  if (/^(["']).*\1/.test(value)) {
    return "the text ends at its closing quote: put all of it in other quotes, or on a line behind '>'";
  }
  return /: /.test(value) ? "a text with ': ' in it must be in quotes" : NOT_INDENTED;
}

/** About a line that was taken for the text of a key, and is none. */
function hintOfText(line: string): string {
  if (/^ *(?:- +)?[\w-]+:\S/.test(line))
    return 'a blank must stand behind the colon in the line above';
  return "the line above has no 'key: value'; text behind '>' or '|' is indented further than its key";
}

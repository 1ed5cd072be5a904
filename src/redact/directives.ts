/** Credentials behind names with nothing but blanks between: lines of settings, and SQL. */
import type { Mark } from './marks.ts';
import { sensitivity } from './secret-names.ts';
import { isKept } from './secret-values.ts';

/** Longest line that is one of settings. */
const MAX_LINE = 1000;
/** The last two words of a line: `requirepass x`, `proxy_set_header X-Api-Key "x";`. */
const DIRECTIVE =
  /(?:^|[ \t])([A-Za-z][\w.-]{2,79})[ \t]{1,40}(?:"([^"]{1,512})"|'([^']{1,512})'|([^\s"';]{1,512}))[ \t]*;?[ \t]*$/;
/** What a token or key has and a word does not. */
const RANDOM = /\d|[a-z][A-Z]|[A-Z]{2}/;
/** `neighbor 192.0.2.1 password x`: the name has one word, as prose has it too. */
const PLAIN = /^[a-z]+$/i;
const IDENTIFIED =
  /\b(?:identified\s{1,8}(?:with\s{1,8}\S{1,64}\s{1,8})?(?:by|as)(?:\s{1,8}password)?|password)(?:\s{1,8}|\s{0,8}\(\s{0,8})(?:E|N)?'((?:[^'\\]|''|\\.){1,256})'/gi;

/** Marks values of lines that end in a name and a value. What is one line must say by its end that it is no prose. */
export function markDirectives(text: string, mark: Mark): void {
  const several = text.includes('\n');
  if (!several && !text.trimEnd().endsWith(';')) return;
  let start = 0;
  for (const line of several ? text.split('\n') : [text]) {
    if (line.length <= MAX_LINE) markLine(line, start, mark);
    start += line.length + 1;
  }
}

function markLine(line: string, start: number, mark: Mark): void {
  const found = DIRECTIVE.exec(line);
  if (found === null) return;
  const name = found[1]!;
  const value = found[2] ?? found[3] ?? found[4]!;
  if (sensitivity(name) !== 'clear' || isKept(value)) return;
  const asksForPassword = /pass|pwd$|pw$/i.test(name);
  if ((!asksForPassword || PLAIN.test(name)) && !RANDOM.test(value)) return;
  // `auth` and the like stand before names of Secrets too.
  if (!asksForPassword && PLAIN.test(name) && !/^(?:authorization|masterauth)$/i.test(name)) return;
  const from = start + line.lastIndexOf(value);
  mark(from, from + value.length);
}

/** Marks passwords that SQL sets: `IDENTIFIED BY 'x'`, `WITH PASSWORD 'x'`. */
export function markSql(text: string, mark: Mark): void {
  if (!text.includes("'")) return;
  for (const match of text.matchAll(IDENTIFIED)) {
    const value = match[1]!;
    const from = match.index + match[0].length - 1 - value.length;
    if (!isKept(value)) mark(from, from + value.length);
  }
}

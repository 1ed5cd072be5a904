import { tryParse } from '../../json/parse.ts';

/** JSON whose quotes are spelled as in a JSON string, on a web page, or in a cell of CSV: no JSON starts like that. */
const ESCAPED = /^[{[][\s{[]{0,16}(?:\\{1,15}"|&(?:quot|#34|#x22);|""\w)/i;

/**
 * JSON behind a tag. Nothing but tags and short texts may stand before it: in the lines of web servers are texts of
 * clients, whose quotes are escaped, and whose entities are not.
 */
const BETWEEN_TAGS =
  /^(?:<\/?[A-Za-z][^<>{]{0,512}>[^<>{]{0,256}){0,15}<\/?[A-Za-z][^<>{]{0,512}>\s{0,8}(?=\{)/;
const CLOSING_TAG = /\}\s{0,8}<\/[A-Za-z][^{}]{0,1024}$/;

const ENTITY = /&(?:quot|amp|lt|gt|apos|nbsp|#\d{1,7}|#x[\da-f]{1,6});/gi;
const NAMED: Readonly<Record<string, string>> = {
  quot: '"',
  amp: '&',
  lt: '<',
  gt: '>',
  apos: "'",
  nbsp: ' ',
};

/**
 * JSON that was escaped once more, and lost the quotes around it: as it was before. So tools leave it that put a JSON
 * string into another text, and people who copy it from there.
 *
 * @returns undefined for text that is not escaped so
 */
export function unescaped(text: string): string | undefined {
  if (text[1] === '"' && text[2] !== '"') return undefined;
  const escape = ESCAPED.exec(text)?.[0];
  if (escape === undefined) return undefined;
  if (escape.endsWith(';')) return withoutEntities(text);
  if (!escape.endsWith('\\"')) return text.replaceAll('""', '"');
  const value = tryParse(`"${text.trimEnd()}"`);
  // Each time takes backslashes away: it ends.
  return typeof value === 'string' ? (unescaped(value) ?? value) : undefined;
}

/** An event between tags: in it all quotes are escaped, or what XML asks for alone. */
export function unescapedBetweenTags(text: string): string | undefined {
  if (!text.startsWith('<') || !CLOSING_TAG.test(text)) return undefined;
  const start = BETWEEN_TAGS.exec(text)?.[0].length;
  const json = start === undefined ? '' : text.slice(start, text.lastIndexOf('}') + 1);
  const isEscaped = json.includes('&') && !json.includes('<') && json.includes('audit.k8s.io/');
  return isEscaped ? withoutEntities(json) : undefined;
}

/**
 * JSON in which only backslashes are escaped once more, as in text that databases write with tabs between the columns,
 * and in strings that Python prints. Whether it is that only tells that it can be read, and could not before.
 *
 * @returns undefined for text without such a quote
 */
export function withSingleBackslashes(text: string): string | undefined {
  return /\\\\"|\\'/.test(text) ? text.replaceAll(/\\([\\'])/g, '$1') : undefined;
}

function withoutEntities(text: string): string {
  return text.replaceAll(ENTITY, (entity) => {
    const name = entity.slice(1, -1).toLowerCase();
    if (!name.startsWith('#')) return NAMED[name]!;
    const code = name[1] === 'x' ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
    return code <= 0x10ffff ? String.fromCodePoint(code) : entity;
  });
}

/** Words of the condition language: as values they would need a second look. */
const WORDS: ReadonlySet<string> = new Set(
  (
    'and or not exists in intersects pmatch val oneof anyof allof contains startswith ' +
    'endswith glob regex'
  ).split(' '),
);

/** What no literal of a condition needs quotes for. */
const PLAIN = /^[a-zA-Z][a-zA-Z0-9._:@/-]*$/;
/** What Falco takes for the end of a list's name, in strings too. */
const DELIMITERS = ' \t\n\r(),=';

/**
 * A value as a literal of a condition, which Falco compares with exactly this text: quoted where it could be read as
 * something else. Falco puts lists in place inside quoted strings too, so what would end the name of a list is escaped
 * where the text holds such a name.
 *
 * @param lists the names of all lists
 */
export function literal(value: string, lists: ReadonlySet<string>): string {
  if (PLAIN.test(value) && !WORDS.has(value) && !lists.has(value)) return value;
  const holdsName = [...lists].some((name) => name !== '' && value.includes(name));
  let out = '"';
  for (const char of value) out += mustEscape(char, holdsName) ? escaped(char) : char;
  return `${out}"`;
}

/** A string must not end with an escaped backslash, so all characters are escaped by their bytes. */
function mustEscape(char: string, holdsName: boolean): boolean {
  return (
    char === '"' ||
    char === '\\' ||
    (holdsName && DELIMITERS.includes(char)) ||
    (char !== ' ' && /[\p{C}\p{Z}]/u.test(char))
  );
}

function escaped(char: string): string {
  const bytes = new TextEncoder().encode(char);
  return [...bytes].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
}

/** A text of YAML in one line and in ASCII where it is not plain: a scalar that no reader takes for anything else. */
export function yamlWord(text: string): string {
  const plain =
    /^[a-zA-Z][a-zA-Z0-9 _./@%()+-]*$/.test(text) &&
    !text.endsWith(' ') &&
    !/^(?:true|false|yes|no|on|off|y|n|null)$/i.test(text);
  if (plain) return text;
  // JSON strings are YAML too, but for what YAML takes for no text.
  return JSON.stringify(text).replace(
    /(?![\u{20}-\u{7e}])[\p{C}\p{Z}\u{7f}-\u{9f}]/gu,
    (char) => `\\U${char.codePointAt(0)!.toString(16).padStart(8, '0')}`,
  );
}

/** JSON inside other text, read as far as it goes: it may be cut off, and text may follow. */

export type JsonNode =
  | { readonly kind: 'string' | 'other'; readonly start: number; readonly end: number }
  | { readonly kind: 'array'; readonly items: JsonNode[]; readonly start: number; end: number }
  | {
      readonly kind: 'object';
      readonly members: JsonMember[];
      readonly start: number;
      end: number;
    };

interface JsonMember {
  /** As spelled, without quotes. */
  readonly key: string;
  readonly value: JsonNode;
}

type Container = Extract<JsonNode, { kind: 'array' | 'object' }>;

/** Deeper values are read as text. */
const MAX_DEPTH = 200;
const SPACE = /[ \t\r\n]*/y;
const SCALAR = /-?[\w.+-]+/y;

/** Where JSON may begin: an array or object whose first part is there. */
export const JSON_START = /[{[]\s*(?:["{[\]}]|\\+["])/g;

/**
 * The array or object that begins at an index. A string node has its borders inside the quotes.
 * The end is where reading stopped; what was not closed ends there too.
 */
export function parseJsonAt(
  text: string,
  from: number,
): { readonly root: JsonNode; readonly end: number } {
  const root = opened(text, from);
  const open: Container[] = [root];
  let index = from + 1;
  let key: string | undefined;
  const put = (node: JsonNode): void => {
    const parent = open.at(-1)!;
    if (parent.kind === 'array') parent.items.push(node);
    else parent.members.push({ key: key ?? '', value: node });
    key = undefined;
  };
  while (open.length > 0) {
    index = behind(SPACE, text, index);
    const parent = open.at(-1)!;
    const character = text[index];
    if (character === undefined) break;
    if (character === ',') index++;
    else if (character === '}' || character === ']') {
      if ((character === '}') !== (parent.kind === 'object')) break;
      index++;
      parent.end = index;
      open.pop();
    } else if (parent.kind === 'object' && key === undefined) {
      if (character !== '"') break;
      const end = stringEnd(text, index + 1);
      const colon = behind(SPACE, text, end + 1);
      if (text[colon] !== ':') break;
      key = text.slice(index + 1, end);
      index = colon + 1;
    } else if (character === '"') {
      const end = stringEnd(text, index + 1);
      put({ kind: 'string', start: index + 1, end });
      index = end + 1;
    } else if (character === '{' || character === '[') {
      if (open.length >= MAX_DEPTH) break;
      const node = opened(text, index);
      put(node);
      open.push(node);
      index++;
    } else {
      const end = behind(SCALAR, text, index);
      if (end === index) break;
      put({ kind: 'other', start: index, end });
      index = end;
    }
  }
  const end = Math.min(index, text.length);
  for (const node of open) node.end = end;
  return { root, end };
}

function opened(text: string, start: number): Container {
  return text[start] === '{'
    ? { kind: 'object', members: [], start, end: start }
    : { kind: 'array', items: [], start, end: start };
}

function behind(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.test(text) ? pattern.lastIndex : from;
}

/** Index of the quote that ends a string; the text's length when it is cut off. */
export function stringEnd(text: string, from: number): number {
  for (let i = text.indexOf('"', from); i !== -1; i = text.indexOf('"', i + 1)) {
    let backslashes = 0;
    while (i - backslashes > from && text[i - backslashes - 1] === '\\') backslashes++;
    if (backslashes % 2 === 0) return i;
  }
  return text.length;
}

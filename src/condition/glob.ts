import { asciiLower, toByteString } from '../util/bytes.ts';

type Token =
  | { readonly kind: 'char'; readonly char: string }
  | { readonly kind: 'any' }
  | { readonly kind: 'star' }
  | { readonly kind: 'set'; readonly has: (char: string) => boolean };

/**
 * Compiles an fnmatch(3) pattern with flags 0, which is what Falco's `glob` uses: the whole text must
 * match, `*` and `?` match `/` and leading dots, `?` is one byte, an open `[` is literal.
 * With `fold`, ASCII case does not matter (`iglob`, FNM_CASEFOLD).
 *
 * @returns a test that takes time linear in pattern length times text length
 */
export function compileGlob(pattern: string, fold = false): (text: string) => boolean {
  const prepare = (text: string): string => {
    const bytes = toByteString(text);
    return fold ? asciiLower(bytes) : bytes;
  };
  const tokens = tokenize(prepare(pattern));
  if (tokens === undefined) return () => false;
  return (text) => matches(tokens, prepare(text));
}

/** Two positions and the last star: on failure the star takes one byte more. */
function matches(tokens: readonly Token[], text: string): boolean {
  let t = 0;
  let i = 0;
  let starToken = -1;
  let starText = 0;
  while (i < text.length) {
    const token = tokens[t];
    if (token?.kind === 'star') {
      starToken = t++;
      starText = i;
    } else if (token !== undefined && matchesOne(token, text[i]!)) {
      t++;
      i++;
    } else if (starToken !== -1) {
      t = starToken + 1;
      i = ++starText;
    } else {
      return false;
    }
  }
  while (tokens[t]?.kind === 'star') t++;
  return t === tokens.length;
}

function matchesOne(token: Token, char: string): boolean {
  switch (token.kind) {
    case 'char':
      return token.char === char;
    case 'any':
      return true;
    case 'set':
      return token.has(char);
    case 'star':
      return false;
  }
}

/** Undefined for a pattern that matches nothing at all. */
function tokenize(pattern: string): Token[] | undefined {
  const tokens: Token[] = [];
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i]!;
    if (char === '*') {
      if (tokens.at(-1)?.kind !== 'star') tokens.push({ kind: 'star' });
    } else if (char === '?') {
      tokens.push({ kind: 'any' });
    } else if (char === '\\') {
      const escaped = pattern[++i];
      // glibc: a pattern that ends in a backslash matches nothing.
      if (escaped === undefined) return undefined;
      tokens.push({ kind: 'char', char: escaped });
    } else if (char === '[') {
      const set = parseSet(pattern, i);
      if (set === undefined) {
        tokens.push({ kind: 'char', char });
      } else {
        tokens.push({ kind: 'set', has: set.has });
        i = set.end;
      }
    } else {
      tokens.push({ kind: 'char', char });
    }
  }
  return tokens;
}

type Member = (code: number) => boolean;

/** Reads the bracket expression at `start`; undefined when it is never closed. */
function parseSet(
  pattern: string,
  start: number,
): { has: (char: string) => boolean; end: number } | undefined {
  let i = start + 1;
  const negated = pattern[i] === '!' || pattern[i] === '^';
  if (negated) i++;
  const members: Member[] = [];
  for (let first = true; first || pattern[i] !== ']'; first = false) {
    const named = namedMember(pattern, i);
    if (named !== undefined) {
      members.push(named.member);
      i = named.end;
      continue;
    }
    const low = setChar(pattern, i);
    if (low === undefined) return undefined;
    i = low.end;
    let high = low;
    if (pattern[i] === '-' && pattern[i + 1] !== ']' && pattern[i + 1] !== undefined) {
      const end = setChar(pattern, i + 1);
      if (end === undefined) return undefined;
      high = end;
      i = end.end;
    }
    const [from, to] = [low.code, high.code];
    members.push((code) => code >= from && code <= to);
  }
  return {
    has: (char) => members.some((member) => member(char.charCodeAt(0))) !== negated,
    end: i,
  };
}

function setChar(pattern: string, at: number): { code: number; end: number } | undefined {
  // [.a.] is a collating symbol: in the C locale just the character.
  if (pattern.startsWith('[.', at) && pattern.startsWith('.]', at + 3)) {
    return { code: pattern.charCodeAt(at + 2), end: at + 5 };
  }
  const index = pattern[at] === '\\' ? at + 1 : at;
  if (index >= pattern.length) return undefined;
  return { code: pattern.charCodeAt(index), end: index + 1 };
}

/** POSIX classes of the C locale. */
const CLASSES: Readonly<Record<string, RegExp>> = {
  alpha: /[a-zA-Z]/,
  digit: /[0-9]/,
  alnum: /[a-zA-Z0-9]/,
  upper: /[A-Z]/,
  lower: /[a-z]/,
  space: /[ \t\n\v\f\r]/,
  blank: /[ \t]/,
  punct: /[!-/:-@[-`{-~]/,
  print: /[ -~]/,
  graph: /[!-~]/,
  // oxlint-disable-next-line no-control-regex -- the class of control characters
  cntrl: /[\x00-\x1f\x7f]/,
  xdigit: /[0-9a-fA-F]/,
};

/** `[:name:]` or `[=c=]` at `at`. */
function namedMember(pattern: string, at: number): { member: Member; end: number } | undefined {
  if (pattern.startsWith('[=', at) && pattern.startsWith('=]', at + 3)) {
    const wanted = pattern.charCodeAt(at + 2);
    return { member: (code) => code === wanted, end: at + 5 };
  }
  if (!pattern.startsWith('[:', at)) return undefined;
  const close = pattern.indexOf(':]', at + 2);
  if (close === -1) return undefined;
  const name = pattern.slice(at + 2, close);
  if (!/^[a-z]+$/.test(name)) return undefined;
  const pattern_ = Object.hasOwn(CLASSES, name) ? CLASSES[name] : undefined;
  const member: Member = (code) => pattern_?.test(String.fromCharCode(code)) ?? false;
  return { member, end: close + 2 };
}

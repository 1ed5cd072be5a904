import { asciiLower, toByteString } from '../../util/bytes.ts';

type Token =
  | { readonly kind: 'char'; readonly char: string }
  | { readonly kind: 'any' }
  | { readonly kind: 'star' }
  | { readonly kind: 'set'; readonly has: (char: string) => boolean }
  /** The rest of the pattern can match nothing. */
  | { readonly kind: 'never' };

/** Folds the case of bytes before they are compared. */
type Fold = (bytes: string) => string;

/**
 * Compiles an fnmatch(3) pattern with flags 0, which is what Falco's `glob` uses: the whole text must
 * match, `*` and `?` match `/` and leading dots, `?` is one byte, an open `[` is literal.
 * With `ignoreCase`, ASCII case does not matter (`iglob`, FNM_CASEFOLD).
 *
 * @returns a test that takes time linear in pattern length times text length
 */
export function compileGlob(pattern: string, ignoreCase = false): (text: string) => boolean {
  const fold: Fold = ignoreCase ? asciiLower : (bytes) => bytes;
  const tokens = tokenize(toByteString(pattern), fold);
  const literals = literalRuns(tokens);
  return (text) => {
    const bytes = toByteString(text);
    const folded = fold(bytes);
    // Most texts lack some literal part: a search for it is many times faster than a match.
    for (const literal of literals) if (!folded.includes(literal)) return false;
    return matches(tokens, bytes, fold);
  };
}

/**
 * Texts that every text holds that a pattern matches, with a character for each byte; in lower case
 * with `ignoreCase`.
 */
export function globLiterals(pattern: string, ignoreCase: boolean): string[] {
  return literalRuns(tokenize(toByteString(pattern), ignoreCase ? asciiLower : (bytes) => bytes));
}

/** Literal texts that every matching text contains. */
function literalRuns(tokens: readonly Token[]): string[] {
  const runs: string[] = [];
  let run = '';
  for (const token of [...tokens, undefined]) {
    if (token?.kind === 'char') {
      run += token.char;
    } else {
      if (run !== '') runs.push(run);
      run = '';
    }
  }
  return runs;
}

/** Two positions and the last star: on failure the star takes one byte more. */
function matches(tokens: readonly Token[], text: string, fold: Fold): boolean {
  let t = 0;
  let i = 0;
  let starToken = -1;
  let starText = 0;
  while (i < text.length) {
    const token = tokens[t];
    if (token?.kind === 'star') {
      starToken = t++;
      starText = i;
    } else if (token !== undefined && matchesOne(token, text[i]!, fold)) {
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

function matchesOne(token: Exclude<Token, { kind: 'star' }>, char: string, fold: Fold): boolean {
  switch (token.kind) {
    case 'char':
      return token.char === fold(char);
    case 'any':
      return true;
    case 'set':
      return token.has(char);
    case 'never':
      return false;
  }
}

function tokenize(pattern: string, fold: Fold): Token[] {
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
      if (escaped === undefined) tokens.push({ kind: 'never' });
      else tokens.push({ kind: 'char', char: fold(escaped) });
    } else {
      const set = char === '[' ? parseSet(pattern, i, fold) : undefined;
      if (set === undefined) {
        tokens.push({ kind: 'char', char: fold(char) });
      } else {
        tokens.push({ kind: 'set', has: set.has });
        i = set.end;
      }
    }
  }
  return tokens;
}

type Member = (char: string) => boolean;

/** Reads the bracket expression at `start`; undefined when it is never closed. */
function parseSet(
  pattern: string,
  start: number,
  fold: Fold,
): { has: (char: string) => boolean; end: number } | undefined {
  let i = start + 1;
  const negated = pattern[i] === '!' || pattern[i] === '^';
  if (negated) i++;
  const members: Member[] = [];
  let valid = true;
  for (let first = true; first || pattern[i] !== ']'; first = false) {
    const named = namedMember(pattern, i);
    if (named !== undefined) {
      // glibc: a class that does not exist makes the whole set match nothing, negated or not.
      if (named.member === undefined) valid = false;
      else members.push(named.member);
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
    const [from, to] = [fold(low.char), fold(high.char)];
    members.push((char) => {
      const folded = fold(char);
      return folded >= from && folded <= to;
    });
  }
  return { has: (char) => valid && members.some((member) => member(char)) !== negated, end: i };
}

function setChar(pattern: string, at: number): { char: string; end: number } | undefined {
  // [.a.] is a collating symbol: in the C locale just the character.
  if (pattern.startsWith('[.', at) && pattern.startsWith('.]', at + 3)) {
    return { char: pattern[at + 2]!, end: at + 5 };
  }
  const index = pattern[at] === '\\' ? at + 1 : at;
  const char = pattern[index];
  return char === undefined ? undefined : { char, end: index + 1 };
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

/** `[:name:]` or `[=c=]` at `at`; the case of the text counts here even for `iglob`. */
function namedMember(
  pattern: string,
  at: number,
): { member: Member | undefined; end: number } | undefined {
  if (pattern.startsWith('[=', at) && pattern.startsWith('=]', at + 3)) {
    const wanted = pattern[at + 2];
    return { member: (char) => char === wanted, end: at + 5 };
  }
  const name = /^\[:([a-z]+):\]/.exec(pattern.slice(at, at + 32))?.[1];
  if (name === undefined) return undefined;
  const characters = Object.hasOwn(CLASSES, name) ? CLASSES[name] : undefined;
  const member = characters === undefined ? undefined : (char: string) => characters.test(char);
  return { member, end: at + name.length + 4 };
}

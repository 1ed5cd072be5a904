/** A pattern in RE2's POSIX syntax, rewritten for an engine that reads Perl syntax; or the error. */
export type PosixPattern =
  | { readonly pattern: string; readonly error?: undefined }
  | { readonly error: string };

/** RE2: repetition counts above this are refused. */
const MAX_REPEAT = 1000;

/**
 * Checks a pattern against RE2's POSIX syntax and rewrites what Perl syntax reads differently:
 * stacked quantifiers (`a*?`, `a++`) repeat the repetition.
 */
export function posixPattern(pattern: string): PosixPattern {
  const groups: number[] = [];
  let out = '';
  /** Where in `out` the last atom starts; -1 when a quantifier has nothing to repeat. */
  let atom = -1;
  let repeated = false;
  let i = 0;
  const literal = (text: string): void => {
    atom = out.length;
    repeated = false;
    out += text;
  };
  while (i < pattern.length) {
    const char = String.fromCodePoint(pattern.codePointAt(i)!);
    if (char === '\\') {
      const end = escapeEnd(pattern, i);
      if (typeof end === 'string') return { error: end };
      literal(pattern.slice(i, end));
      i = end;
    } else if (char === '[') {
      const end = classEnd(pattern, i);
      if (typeof end === 'string') return { error: end };
      literal(pattern.slice(i, end));
      i = end;
    } else if (char === '(') {
      groups.push(out.length);
      out += char;
      atom = -1;
      i++;
    } else if (char === ')') {
      const start = groups.pop();
      if (start === undefined) return { error: `unexpected ): ${pattern}` };
      out += char;
      atom = start;
      repeated = false;
      i++;
    } else if (char === '|') {
      out += char;
      atom = -1;
      i++;
    } else if (char === '*' || char === '+' || char === '?' || char === '{') {
      const quantifier = char === '{' ? repeatCount(pattern, i) : char;
      if (quantifier === undefined) {
        literal('\\{');
        i++;
        continue;
      }
      if (!/^.$/.test(quantifier) && !validCount(quantifier)) {
        return { error: `invalid repetition size: ${quantifier}` };
      }
      if (atom === -1) return { error: `no argument for repetition operator: ${quantifier}` };
      if (repeated) out = `${out.slice(0, atom)}(?:${out.slice(atom)})`;
      out += quantifier;
      repeated = true;
      i += quantifier.length;
    } else {
      literal(char);
      i += char.length;
    }
  }
  return groups.length > 0 ? { error: `missing ): ${pattern}` } : { pattern: out };
}

/** `{n}`, `{n,}` or `{n,m}`; anything else after `{` is literal. */
function repeatCount(pattern: string, at: number): string | undefined {
  return /^\{(?:0|[1-9]\d*)(?:,(?:0|[1-9]\d*)?)?\}/.exec(pattern.slice(at, at + 40))?.[0];
}

function validCount(quantifier: string): boolean {
  const [low, high] = quantifier.slice(1, -1).split(',');
  const limits = [low, high].filter((text) => text !== undefined && text !== '').map(Number);
  return limits.every((limit) => limit <= MAX_REPEAT) && (limits[1] ?? Infinity) >= limits[0]!;
}

/** The index after the escape at `at`, or an error. */
function escapeEnd(pattern: string, at: number): number | string {
  const next = pattern[at + 1];
  if (next === undefined) return 'trailing \\ at end of regexp';
  const invalid = `invalid escape sequence: ${pattern.slice(at, at + 2)}`;
  if (next === 'x') {
    const hex = /^\\x(?:[0-9a-fA-F]{2}|\{[0-9a-fA-F]{1,8}\})/.exec(pattern.slice(at, at + 16));
    return hex === null ? invalid : at + hex[0].length;
  }
  if (/[0-7]/.test(next)) {
    // One to seven alone would be a back-reference.
    const octal = /^\\(?:0[0-7]{0,2}|[1-7][0-7]{1,2})/.exec(pattern.slice(at, at + 4));
    return octal === null ? invalid : at + octal[0].length;
  }
  if (/[afnrtv]/.test(next)) return at + 2;
  // Only punctuation escapes to itself.
  return /[\x20-\x7f]/.test(next) && !/[a-zA-Z0-9]/.test(next) ? at + 2 : invalid;
}

/** The index after the character class at `at`, or an error. */
function classEnd(pattern: string, at: number): number | string {
  const missing = `missing ]: ${pattern.slice(at)}`;
  let i = at + 1;
  if (pattern[i] === '^') i++;
  for (let first = true; first || pattern[i] !== ']'; first = false) {
    if (i >= pattern.length) return missing;
    // POSIX: a dash stands first, last, or in a range.
    if (pattern[i] === '-' && !first && pattern[i + 1] !== ']') {
      return i + 1 >= pattern.length
        ? missing
        : `invalid character class range: ${pattern.slice(i, i + 2)}`;
    }
    if (pattern.startsWith('[:', i)) {
      const close = pattern.indexOf(':]', i + 2);
      if (close !== -1) {
        i = close + 2;
        continue;
      }
    }
    const low = classChar(pattern, i);
    if (typeof low === 'string') return low;
    i = low;
    if (pattern[i] === '-' && pattern[i + 1] !== ']') {
      const high = classChar(pattern, i + 1);
      if (typeof high === 'string') return high;
      i = high;
    }
  }
  return i + 1;
}

function classChar(pattern: string, at: number): number | string {
  if (at >= pattern.length) return `missing ]: ${pattern}`;
  if (pattern[at] === '\\') return escapeEnd(pattern, at);
  return at + String.fromCodePoint(pattern.codePointAt(at)!).length;
}

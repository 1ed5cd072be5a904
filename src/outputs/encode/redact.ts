/**
 * Redaction of credentials in human formats and reports. It works on text, so it also reaches
 * values inside messages, URIs, commands and JSON. Every pattern is linear in the text: no
 * unbounded repetition stands before something that can fail, except after a look-behind that
 * lets it start once per run of characters.
 */

const MARK = '[redacted]';

/** Cheap test that most log text fails: nothing below can match without one of these. */
const SUSPICIOUS =
  /pass|pwd|token|secret|key|auth|cred|sig=|signature|bearer|eyJ|AKIA|ASIA|gh[pousr]_|github_pat_|glpat-|xox[abeoprs]-|AIza|sk_live_|npm_|hvs\.|:\/\/|"value|data|ya29\./i;

/** Tokens that are credentials whatever stands around them. */
const TOKENS = new RegExp(
  [
    // JSON Web Token, the last part possibly cut or empty
    String.raw`(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?`,
    String.raw`(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])`,
    String.raw`(?<!\w)gh[pousr]_[A-Za-z0-9]{20,}`,
    String.raw`(?<!\w)github_pat_\w{20,}`,
    String.raw`(?<![\w-])glpat-[\w-]{16,}`,
    String.raw`(?<![\w-])xox[abeoprs]-[\w-]{10,}`,
    String.raw`(?<![\w-])AIza[\w-]{35}`,
    String.raw`(?<!\w)sk_live_[A-Za-z0-9]{16,}`,
    String.raw`(?<!\w)npm_[A-Za-z0-9]{30,}`,
    String.raw`(?<![\w.])hvs\.[\w-]{20,}`,
    String.raw`(?<![\w.])ya29\.[\w-]{20,}`,
  ].join('|'),
  'g',
);

/** `Bearer x`, also in a URL. The value follows the match. */
const BEARER = /\bbearer(?: {1,4}|%20|\+)(?=[\w.~+/=-]{8})/gi;

/** `https://user:password@host`. */
const USERINFO = /(:\/\/[^\s/:@"']{0,64}:)[^\s/@"']{1,256}(?=@)/g;

const NAME =
  String.raw`passw(?:or)?d|passphrase|pwd|token|api[-_]?key|access[-_]?key|secret[-_]?(?:access[-_]?)?key` +
  String.raw`|private[-_]?key|account[-_]?key|client[-_]?secret|(?<=[a-z0-9][-_])secret|(?<=")secret(?=")` +
  String.raw`|signature|(?<![a-z])sig|authorization|credentials?(?=\\{0,7}["'])`;
const QUOTE = String.raw`\\{0,7}["']`;
/** `password=`, `"token": `, `API_KEY%3D`: the value follows the match. */
const ASSIGNMENT = new RegExp(`(?:${NAME})(?:${QUOTE})?\\s{0,4}(?:[=:]|%3D|%3A)\\s{0,4}`, 'gi');
/** `--password x`, also as elements of a list or of `command=` parameters: the value follows. */
const FLAG = new RegExp(
  `(?<=(?<![a-z0-9_])--?[a-z0-9-]{0,30})(?:${NAME}|secret)` +
    String.raw`(?:\s{1,4}|%20|\+|,\s?|&command=|${QUOTE},\s?(?=\\{0,7}["']))(?!-)`,
  'gi',
);
/** `{"name":"X","value":`: an environment variable. */
const ENVIRONMENT =
  /(\\{0,7}")name\1\s{0,4}:\s{0,4}\1[^"\\]{1,256}\1\s{0,4},\s{0,4}\1value\1\s{0,4}:\s{0,4}(?=\\{0,7}")/g;
/** `"data":{` of a Secret. */
const DATA = /(\\{0,7}")(?:data|stringData)\1\s{0,4}:\s{0,4}\{/g;
const SECRET_KIND = /kind\\{0,7}"\s{0,4}:\s{0,4}\\{0,7}"Secret(?:List)?\\{0,7}"/;

/** A function that redacts, or leaves all as it is when secrets are to be shown. */
export function redactor(showSecrets: boolean): (text: string) => string {
  return showSecrets ? (text) => text : redact;
}

/** The text with credentials replaced by `[redacted]`. */
export function redact(text: string): string {
  if (!SUSPICIOUS.test(text) && !text.includes('PRIVATE KEY')) return text;
  let result = redactKeyBlocks(text);
  if (SECRET_KIND.test(result)) result = redactAfter(result, DATA, objectValues);
  result = redactAfter(result, ENVIRONMENT, oneValue);
  result = redactAfter(result, ASSIGNMENT, oneValue);
  result = redactAfter(result, FLAG, oneValue);
  result = redactAfter(result, BEARER, oneValue);
  return result.replace(USERINFO, `$1${MARK}`).replace(TOKENS, MARK);
}

const SENSITIVE_FIELD = new RegExp(`(?:${NAME}|secret)["'\\]]{0,4}$`, 'i');

/** A field's value, hidden when the field's name asks for a credential: `ka.uri.param[token]`. */
export function redactField(name: string, value: string): string {
  return SENSITIVE_FIELD.test(name) && !KEPT.test(value) ? MARK : redact(value);
}

const KEY_BLOCK = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----/g;
const KEY_BLOCK_END = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----/g;

/** Private keys, also with escaped line ends, also cut off before their end. */
function redactKeyBlocks(text: string): string {
  let result = '';
  let done = 0;
  for (;;) {
    KEY_BLOCK.lastIndex = done;
    const begin = KEY_BLOCK.exec(text);
    if (begin === null) return result + text.slice(done);
    result += text.slice(done, begin.index) + begin[0] + MARK;
    KEY_BLOCK_END.lastIndex = KEY_BLOCK.lastIndex;
    const end = KEY_BLOCK_END.exec(text);
    if (end === null) return result;
    done = end.index;
    result += end[0];
    done += end[0].length;
  }
}

/** The replacement of a piece of text, and the index behind that piece. */
interface Replacement {
  readonly text: string;
  readonly end: number;
}

/** Replaces what follows each match of `pattern`. */
function redactAfter(
  text: string,
  pattern: RegExp,
  replace: (text: string, from: number) => Replacement,
): string {
  let result = '';
  let done = 0;
  pattern.lastIndex = 0;
  while (pattern.exec(text) !== null) {
    const from = pattern.lastIndex;
    const { text: replacement, end } = replace(text, from);
    result += text.slice(done, from) + replacement;
    done = end;
    pattern.lastIndex = end;
  }
  return done === 0 ? text : result + text.slice(done);
}

/** A quoted string, or everything up to a blank or delimiter. */
function oneValue(text: string, from: number): Replacement {
  const quoted = quotedValue(text, from);
  if (quoted) return quoted;
  UNQUOTED.lastIndex = from;
  const value = UNQUOTED.exec(text)?.[0] ?? '';
  const end = from + value.length;
  if (value === '' || KEPT.test(value)) return { text: value, end };
  return { text: MARK, end };
}

/** An Authorization header's scheme belongs to the value. */
const UNQUOTED = /(?:(?:bearer|basic|digest|negotiate|token)(?: |%20|\+))?[^\s"'\\&,;(){}[\]<>]*/iy;
/** Values that say that there is no value, and what was redacted before. */
const KEPT = /^(?:<NA>|null|true|false|\[redacted\])$/;

/** The values of a flat JSON object whose opening brace is just before `from`. */
function objectValues(text: string, from: number): Replacement {
  let result = '';
  let index = from;
  for (;;) {
    const key = OBJECT_KEY;
    key.lastIndex = index;
    const match = key.exec(text);
    if (match === null) return { text: result, end: index };
    const value = quotedValue(text, key.lastIndex);
    if (value === undefined) return { text: result, end: index };
    result += match[0] + value.text;
    index = value.end;
  }
}

const OBJECT_KEY = /\s{0,20},?\s{0,20}\\{0,7}"[^"\\]{0,512}\\{0,7}"\s{0,4}:\s{0,4}/y;

/**
 * A string in quotes, possibly of JSON inside JSON: its end is the first quote that has as many
 * backslashes as the first one; more of them belong to a quote inside.
 */
function quotedValue(text: string, from: number): Replacement | undefined {
  let index = from;
  while (text[index] === '\\') index++;
  const quote = text[index];
  if (quote !== '"' && quote !== "'") return undefined;
  const level = index - from;
  const opening = text.slice(from, index + 1);
  let backslashes = 0;
  for (index += 1; index < text.length; index++) {
    const character = text[index];
    if (character === '\\') backslashes++;
    else if (character === quote && backslashes % (2 * (level + 1)) === level) {
      return { text: opening + MARK + opening, end: index + 1 };
    } else backslashes = 0;
  }
  return { text: opening + MARK, end: text.length };
}

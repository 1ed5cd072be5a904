import type { YamlNode } from '../yaml/yaml-node.ts';
import { SigmaError } from './sigma-error.ts';
import type { RegexFlag } from './sigma-value.ts';

/** Compiles a pattern for the whole text, and tells whether Falco takes it. It throws an error with a message. */
export type RegexCompiler = (pattern: string) => { readonly refusedByFalco: string | undefined };

/** A pattern for the whole text. */
interface SearchPattern {
  readonly pattern: string;
  readonly refusedByFalco: boolean;
}

/**
 * A regular expression that Sigma looks for anywhere in a text, as one for the whole text; where Falco can have it,
 * in the form that Falco takes.
 *
 * @throws SigmaError when it is no expression of RE2
 */
export function searchPattern(
  source: string,
  flags: readonly RegexFlag[],
  node: YamlNode,
  compile: RegexCompiler,
): SearchPattern {
  const whole = `(?s:.*)(?${flags.toSorted().join('')}:${source})(?s:.*)`;
  // Alone first: a bracket too many must not close the one around it.
  for (const pattern of [source, whole]) requireRegex(pattern, source, node, compile);
  const portable = flags.length === 0 ? portablePattern(source) : undefined;
  if (portable !== undefined && isTaken(portable, compile)) {
    return { pattern: portable, refusedByFalco: false };
  }
  return { pattern: whole, refusedByFalco: true };
}

/** The same in POSIX syntax, as far as that is sure to mean the same: anchors only at the ends. */
function portablePattern(source: string): string | undefined {
  const match = /^(\^?)([^^$]*?)(\$?)$/s.exec(source);
  if (match === null) return undefined;
  const [, start, body = '', end] = match;
  // An escape may be more than a character that stands for itself; a bar would part the anchors from each other.
  if (/\\[a-zA-Z0-9]|\(\?|\\$/.test(body)) return undefined;
  if (body.includes('|') && (start !== '' || end !== '')) return undefined;
  const any = '(.|\n)*';
  return `${start === '' ? any : ''}(${body})${end === '' ? any : ''}`;
}

function isTaken(pattern: string, compile: RegexCompiler): boolean {
  try {
    return compile(pattern).refusedByFalco === undefined;
  } catch {
    return false;
  }
}

function requireRegex(
  pattern: string,
  source: string,
  node: YamlNode,
  compile: RegexCompiler,
): void {
  try {
    compile(pattern);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const hint = /\(\?[=!<]/.test(source)
      ? 'RE2 has no lookahead and no lookbehind'
      : /\\[1-9]/.test(source)
        ? 'RE2 has no back-references'
        : undefined;
    const reason = error.message.replace(/^invalid regex pattern: /, '').replace(/: .*$/s, '');
    throw new SigmaError(`'${source}' is no regular expression of RE2: ${reason}`, node, hint);
  }
}

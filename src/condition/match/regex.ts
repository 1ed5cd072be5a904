import { RE2JS, RE2JSException } from 're2js';
import { replaceInvalid } from '../../util/bytes.ts';
import { ConditionError } from '../condition-error.ts';
import type { CompiledRegex } from '../operand.ts';
import { posixPattern } from './regex-posix.ts';

/**
 * Compiles a pattern as Falco does: RE2 in POSIX syntax, UTF-8, anchored at both ends, `^` and `$` at
 * line boundaries. A pattern that only full RE2 syntax accepts is compiled with RE2's defaults.
 *
 * @throws ConditionError at position 0 of the pattern
 */
export function compileRegex(pattern: string): CompiledRegex {
  const posix = posixPattern(pattern);
  if (posix.error === undefined) {
    const compiled = compile(posix.pattern, RE2JS.MULTILINE, pattern);
    return { matches: (text) => matchesWhole(compiled, text), refusedByFalco: undefined };
  }
  try {
    const compiled = compile(pattern, 0, pattern);
    return { matches: (text) => matchesWhole(compiled, text), refusedByFalco: posix.error };
  } catch {
    throw new ConditionError(`invalid regex pattern: ${posix.error}`, 0);
  }
}

/** Falco replaces the subject's invalid UTF-8 before it matches. */
function matchesWhole(compiled: RE2JS, text: string): boolean {
  return compiled.testExact(replaceInvalid(text));
}

function compile(pattern: string, flags: number, written: string): RE2JS {
  try {
    return RE2JS.compile(pattern, flags);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    const reason = error.message.replace(/^error parsing regexp: /, '').replace(/: `.*`$/s, '');
    throw new ConditionError(`invalid regex pattern: ${reason}: ${written}`, 0);
  }
}

import type { Operator } from '../condition/ast.ts';
import { asciiLower } from '../util/bytes.ts';
import { isWellFormed, quoted } from './sql-text.ts';
import { textSql } from './text-sql.ts';

/** True where a value holds a comparison, or may hold it; and where it holds it for sure. */
interface JsonTextSql {
  readonly over: string;
  readonly under: string;
}

/**
 * Compares the text of a JSON value. ClickHouse spells numbers and escapes in its own way, so of numbers, objects and
 * arrays it is only known what their text cannot be.
 *
 * @param raw an expression for the value as ClickHouse spells it, not empty
 */
export function jsonTextSql(
  operator: Operator,
  literal: string,
  raw: string,
): JsonTextSql | undefined {
  if (!isWellFormed(literal)) return undefined;
  const text = `if(startsWith(${raw}, '"'), JSONExtractString(${raw}), ${raw})`;
  const exact = (sql: string): JsonTextSql => ({ over: sql, under: sql });
  if (operator === 'startswith' && /^[[{]$/.test(literal))
    return exact(`startsWith(${text}, ${quoted(literal)})`);
  const compared = textSql(operator, literal, text);
  if (compared === undefined) return undefined;
  const { over, under } = compared;
  switch (operator) {
    case '=':
    case '==':
    case 'in':
    case 'intersects':
    case '!=':
    case 'startswith':
      // No number, object or array starts so.
      if (literal !== '' && !/^[-0-9[{]/.test(literal)) return exact(over);
      break;
    case 'contains':
      if (isSpelledAlike(literal)) return exact(over);
      break;
    case 'icontains':
      if (isSpelledAlike(asciiLower(literal))) return exact(over);
      break;
    default:
  }
  const isOther = `match(${raw}, ${quoted('^[-0-9[{]')})`;
  return { over: `(${isOther} OR ${over})`, under: `(NOT ${isOther} AND ${under})` };
}

/**
 * True for a part of JSON that everybody spells alike. Between quotes, or with a character that stands in strings
 * only, it is part of a string; the characters that some escape are left out.
 */
function isSpelledAlike(literal: string): boolean {
  if (!/^[\x20-\x7e]+$/.test(literal) || /[\\<>&]/.test(literal)) return false;
  return literal
    .split('"')
    .every(
      (part) =>
        part === '' || /^[:,[\]{}]+$/.test(part) || /[^-0-9+.eE:,[\]{} truefalsn]/.test(part),
    );
}

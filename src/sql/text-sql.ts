import type { Operator } from '../condition/ast.ts';
import { globLiterals } from '../condition/match/glob.ts';
import { asciiLower } from '../util/bytes.ts';
import { globSql, pathPrefixSql, regexSql } from './pattern-sql.ts';
import { isWellFormed, quoted } from './sql-text.ts';

/** How a text compares with a literal. */
export interface TextSql {
  /** True wherever the comparison holds. */
  readonly over: string;
  /** True only where it holds. */
  readonly under: string;
  /** False when an empty text might compare too. */
  readonly needsText: boolean;
}

/**
 * A comparison of a text that is there with a literal; undefined when nothing can be said of it.
 *
 * @param text an expression
 */
export function textSql(operator: Operator, literal: string, text: string): TextSql | undefined {
  if (!isWellFormed(literal)) return undefined;
  const value = quoted(literal);
  const exact = (sql: string, needsText = literal !== ''): TextSql => ({
    over: sql,
    under: sql,
    needsText,
  });
  switch (operator) {
    case '=':
    case '==':
    case 'in':
    case 'intersects':
      return exact(`${text} = ${value}`);
    case '!=':
      return exact(`${text} != ${value}`, false);
    case '<':
    case '<=':
    case '>':
    case '>=':
      return exact(`${text} ${operator} ${value}`, false);
    case 'contains':
      return exact(literal === '' ? '1' : `position(${text}, ${value}) > 0`);
    case 'icontains':
      return exact(
        literal === '' ? '1' : `position(lower(${text}), ${quoted(asciiLower(literal))}) > 0`,
      );
    case 'startswith':
      return exact(literal === '' ? '1' : `startsWith(${text}, ${value})`);
    case 'endswith':
      return exact(literal === '' ? '1' : `endsWith(${text}, ${value})`);
    case 'glob':
      return pattern(globSql(literal, text)) ?? runs(literal, false, text);
    case 'iglob': {
      const folded = `lower(${text})`;
      return pattern(globSql(asciiLower(literal), folded)) ?? runs(literal, true, folded);
    }
    case 'regex':
      return pattern(regexSql(literal, text));
    case 'pmatch':
      return pattern(pathPrefixSql(literal, text));
    default:
      return undefined;
  }
}

function pattern(sql: string | undefined): TextSql | undefined {
  return sql === undefined ? undefined : { over: sql, under: sql, needsText: false };
}

/** What a text holds at least that a glob matches. */
function runs(glob: string, ignoreCase: boolean, text: string): TextSql | undefined {
  // Each character of a run stands for a byte.
  const found = globLiterals(glob, ignoreCase).filter((run) => /^[\x20-\x7e]+$/.test(run));
  if (found.length === 0) return undefined;
  const over = found.map((run) => `position(${text}, ${quoted(run)}) > 0`).join(' AND ');
  return { over: `(${over})`, under: '0', needsText: true };
}

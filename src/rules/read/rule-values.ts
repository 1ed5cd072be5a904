import { didYouMean } from '../../util/suggest.ts';
import type { FieldProblem } from '../compile/exceptions.ts';
import { parsePriority, PRIORITIES, type Priority } from '../priority.ts';
import {
  invalid,
  optionalBoolean,
  optionalScalar,
  requiredScalar,
  type ItemContext,
} from '../collect/read-values.ts';
import type { ReaderContext } from './reader-context.ts';

/** Keys of a rule that `override` may append to. */
export const APPENDABLE = ['condition', 'output', 'desc', 'tags', 'exceptions'] as const;
/** Keys of a rule that `override` may replace. */
export const REPLACEABLE = [
  ...APPENDABLE,
  'priority',
  'capture',
  'capture_duration',
  'enabled',
  'warn_evttypes',
  'skip-if-unknown-filter',
] as const;

/** Reads a rule's priority. @throws RuleError */
export function readPriority(item: ItemContext): Priority {
  const scalar = requiredScalar(item, 'priority');
  const priority = parsePriority(scalar.text);
  if (priority !== undefined) return priority;
  const names = [...PRIORITIES.map((name) => name.toUpperCase()), 'INFO'];
  const meant = names.find((name) => name.startsWith(scalar.text.toUpperCase()));
  throw invalid(
    `Invalid priority '${scalar.text}'`,
    scalar,
    [...item.items, { type: 'rule priority', name: '' }],
    meant === undefined
      ? (didYouMean(scalar.text, names) ?? `one of ${names.join(', ')}`)
      : `did you mean '${meant}'?`,
  );
}

/** Checks keys that only matter to Falco's captures and system calls. @throws RuleError */
export function readUnused(item: ItemContext): void {
  optionalBoolean(item, 'warn_evttypes');
  optionalBoolean(item, 'capture');
  const duration = optionalScalar(item, 'capture_duration');
  if (duration !== undefined && !/^\+?\d{1,10}$/.test(duration.text)) {
    throw invalid("Can't decode YAML scalar value", duration, item.items);
  }
}

/** How to check fields of exceptions: rules that are skipped may use any (D8). */
export function fieldCheck(
  known: boolean,
  context: ReaderContext,
): (text: string) => FieldProblem | undefined {
  return (text) => (known ? context.checkField(text) : undefined);
}

/** Texts in byte order, each once. */
export function sortedSet(texts: readonly string[]): string[] {
  return [...new Set(texts)].toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

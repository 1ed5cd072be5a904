import { ConditionError } from '../../condition/condition-error.ts';
import { parseCondition } from '../../condition/parse/parser.ts';
import type { Placed } from '../collect/definitions.ts';
import { contextOf, type ItemContext } from '../collect/read-values.ts';
import type { DiagnosticItem } from '../diagnostics.ts';
import type { SourceText } from '../../yaml/source-text.ts';
import { get, type YamlScalar } from '../../yaml/yaml-node.ts';
import type { ReaderContext } from './reader-context.ts';

/**
 * Warns where `and …` is appended to a condition like `a or b`: `and` binds tighter than `or`, so the text
 * narrows `b` alone, and `a` fires as before.
 */
export function lintOpenOr(
  earlier: SourceText,
  more: YamlScalar,
  item: ItemContext,
  context: ReaderContext,
): void {
  if (!/^\s*and\b/.test(more.text) || !endsInOr(earlier.text)) return;
  const message = "'and' binds tighter than 'or': the appended text counts for the last part only";
  const hint = 'replace the condition, with parentheses around its alternatives';
  context.warn('LINT_OPEN_OR', message, contextOf(more, item.items), hint);
}

/** True for a condition with `or` outside of all parentheses. One that does not parse is an error elsewhere. */
function endsInOr(text: string): boolean {
  try {
    const { node } = parseCondition(text);
    return node.kind === 'or' && node.span.start === text.length - text.trimStart().length;
  } catch (error) {
    if (error instanceof ConditionError) return false;
    throw error;
  }
}

/**
 * Warns where an item takes the place of an earlier list or macro without saying so: all of the earlier text is
 * gone, which is seldom meant where something was to be added.
 *
 * @param key what the item holds: `items` or `condition`
 */
export function lintRedefined(
  earlier: Placed | undefined,
  key: 'items' | 'condition',
  item: ItemContext,
  context: ReaderContext,
): void {
  if (earlier === undefined || lintTwice(earlier, item, context)) return;
  const message = `This takes the place of the definition in ${earlier.files.at(-1)!}`;
  const hint = `to add to it, write 'override: {${key}: append}'; 'override: {${key}: replace}' says that it is meant`;
  context.warn('LINT_REDEFINED', message, contextOf(item.node, item.items), hint);
}

/**
 * Warns of a definition whose name its file has already, as after copying a rule: the first one is gone.
 *
 * @returns whether it does
 */
export function lintTwice(
  earlier: Placed | undefined,
  item: ItemContext,
  context: ReaderContext,
): boolean {
  if (earlier === undefined || earlier.node.source !== item.node.source) return false;
  const message = 'This takes the place of the definition further up, which has the same name';
  const hint = 'give one of them another name, or remove one';
  context.warn('LINT_TWICE', message, contextOf(item.node, item.items), hint);
  return true;
}

/** Warns of keys that Falco passes over without a word in an item of this form. */
export function lintNoEffect(
  keys: readonly string[],
  form: string,
  hint: string,
  { node, items }: ItemContext,
  context: ReaderContext,
): void {
  for (const { key } of node.entries) {
    if (key.kind !== 'scalar' || !keys.includes(key.text)) continue;
    const message = `'${key.text}' has no effect ${form}`;
    context.warn('LINT_NO_EFFECT', message, contextOf(key, items), hint);
  }
}

/** Warns of an `override` that names no key: Falco reads the item as if it were not there. */
export function lintEmptyOverride(item: ItemContext, context: ReaderContext): void {
  const override = get(item.node, 'override');
  if (override === undefined) return;
  if (override.kind === 'mapping' && override.entries.length > 0) return;
  const key = item.items[0]?.type === 'list' ? 'items' : 'condition';
  const hint = `name what it is about: 'override: {${key}: append}'`;
  lintNoEffect(['override'], 'without keys of its own', hint, item, context);
}

/** Warns of a key that an item has already: YAML forbids it, and Falco takes the first without a word. */
export function lintRepeated(
  key: YamlScalar,
  items: readonly DiagnosticItem[],
  context: ReaderContext,
): void {
  const message = `The key '${key.text}' stands twice: only the first one counts`;
  context.warn('LINT_REPEATED_KEY', message, contextOf(key, items), 'remove one of them');
}

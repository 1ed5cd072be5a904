import { walk, type ConditionNode } from '../../condition/ast.ts';
import type { DiagnosticItem, Warn } from '../diagnostics.ts';
import { nearest, suggestion } from '../../util/suggest.ts';
import type { SourceText } from '../../yaml/source-text.ts';

/** Names of definitions: a map by name. */
type Names = ReadonlyMap<string, unknown>;

/** Shorter words are near to too many names. */
const SHORTEST_NAME = 6;

/** Nobody writes more values by hand, and comparing each with all names takes time. */
const MOST_VALUES = 100;

/**
 * Warns of a bare word among values that has the underscore of names and is nearly the name of a list, or the name of a macro: Falco compares it as
 * text without a word, so an exemption exempts nothing.
 *
 * @param told words that were warned of; each is told once
 */
export function lintListNames(
  { text, node }: { readonly text: SourceText; readonly node: ConditionNode },
  names: { readonly lists: Names; readonly macros: Names },
  items: readonly DiagnosticItem[],
  told: Set<string>,
  warn: Warn,
): void {
  walk(node, (check) => {
    if (check.kind !== 'check' || check.right.kind !== 'list') return;
    const { values, span } = check.right;
    if (values.length > MOST_VALUES) return;
    for (const word of values) {
      if (!/^\w+_\w+$/.test(word) || told.has(word)) continue;
      const at = text.text.indexOf(word, span.start);
      if (/["']/.test(text.text[at - 1] ?? '')) continue;
      const isMacro = names.macros.has(word);
      const near = isMacro ? [] : nearLists(word, names.lists);
      if (!isMacro && near.length === 0) continue;
      told.add(word);
      const message = `'${word}' is ${isMacro ? 'a macro' : 'no list'}: here it is compared as text`;
      const hint = isMacro ? 'a macro stands alone, as a condition of its own' : suggestion(near);
      warn('LINT_LIST_NAME', message, { position: text.locate(at), items }, hint);
    }
  });
}

/** Names that a slip or two make of it. */
function nearLists(word: string, lists: Names): string[] {
  if (lists.has(word) || word.length < SHORTEST_NAME) return [];
  const slips = word.length < 2 * SHORTEST_NAME ? 1 : 2;
  return nearest(word, lists.keys(), slips);
}

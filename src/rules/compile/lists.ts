import type { ListDefinition } from '../collect/definitions.ts';
import type { SourceText } from '../../yaml/source-text.ts';

/** A list with references to other lists replaced, one level deep. */
export interface ResolvedList {
  readonly name: string;
  readonly items: readonly string[];
  /** See {@link ListDefinition}. */
  readonly isOwn?: boolean;
  /** True when all its items come with the program. */
  readonly isShipped?: boolean;
}

/**
 * Replaces items that name another list by that list's raw items (Falco rule_loader_compiler.cpp:
 * compile_list_infos). A list sees those that were first defined before it was last touched.
 *
 * @param used told of each list that stood in another
 */
export function resolveLists(
  lists: readonly ListDefinition[],
  used: (name: string) => void,
): ResolvedList[] {
  const byName = new Map(lists.map((list) => [list.name, list]));
  return lists.map((list) => {
    const items = list.items.flatMap((item) => {
      const other = byName.get(item.text);
      if (other === undefined || other.index >= list.visibility) return [item];
      if (item.source.trusted === true && other.isOwn) return [item];
      used(item.text);
      return other.items;
    });
    return {
      name: list.name,
      items: items.map(({ text }) => text),
      isOwn: list.isOwn,
      isShipped: items.every(({ source }) => source.trusted === true),
    };
  });
}

const BLANKS = ' \t\n\r';
const DELIMITERS = `${BLANKS}(),=`;

/**
 * Puts the items of lists in place of their names, as text, anywhere in a condition (Falco:
 * resolve_list).
 */
export function substituteLists(
  condition: SourceText,
  lists: readonly ResolvedList[],
  used: (name: string) => void,
): SourceText {
  let current = condition;
  for (const list of lists) {
    let from = current.text.indexOf(list.name);
    while (from !== -1) {
      const step = substituteAt(current, from, list);
      if (step !== undefined) {
        used(list.name);
        current = step.text;
        from = step.next;
      }
      from = current.text.indexOf(list.name, from + 1);
    }
  }
  return current;
}

function substituteAt(
  condition: SourceText,
  at: number,
  list: ResolvedList,
): { text: SourceText; next: number } | undefined {
  const { text } = condition;
  let start = at;
  let end = at + list.name.length;
  const isOneOf = (chars: string, index: number): boolean =>
    index >= 0 && index < text.length && chars.includes(text[index]!);
  if (start > 0 && !isOneOf(DELIMITERS, start - 1)) return undefined;
  if (end < text.length && !isOneOf(DELIMITERS, end)) return undefined;
  if (list.isOwn === true && condition.isTrusted(at)) return undefined;
  while (isOneOf(BLANKS, start - 1)) start--;
  while (isOneOf(BLANKS, end)) end++;
  let items = '';
  for (const item of list.items) items += (items === '' ? '' : ', ') + quoteItem(item);
  if (items === '') {
    if (isOneOf(',', start - 1)) start--;
    else if (isOneOf(',', end)) end++;
  }
  const inserted = `${start > 0 ? ' ' : ''}${items} `;
  return {
    text: condition.replace(start, end, inserted, at, list.isShipped === true),
    next: start + items.length + 1,
  };
}

/** Falco quotes items that hold a blank and are not quoted yet; it escapes nothing. */
export function quoteItem(text: string): string {
  return text.includes(' ') && !/^["']/.test(text) ? `"${text}"` : text;
}

import { shortUser } from '../../outputs/card/short-name.ts';
import type { Severity } from '../../policies/severity.ts';
import { itemFilter, type ItemFilter } from './item-filter.ts';
import type { ItemViewName, Sections } from './case-lists.ts';
import { number, plural } from './wording.ts';

/** An entry of such a list. */
export interface Choice {
  /** Names it among those of its list. */
  readonly key: string;
  readonly severity: Severity | undefined;
  readonly title: string;
  /** What is told below the title. */
  readonly lines: readonly string[];
}

/** The entries of a list. */
export function choicesOf(view: ItemViewName, sections: Sections): Choice[] {
  switch (view) {
    case 'incidents':
      return sections.incidents.map(({ id, severity, title, first, amount, tactics }) => ({
        key: id,
        severity,
        title,
        lines: [`${first}, ${amount}`, tactics.map(({ name }) => name).join(' → ')],
      }));
    case 'identities':
      return sections.identities.map((each) => ({
        key: each.name,
        severity: each.severity,
        title: shortUser(each.name),
        lines: [
          `${number(each.requests)} ${plural(each.requests, 'request')}, ` +
            `${number(each.findingCount)} ${plural(each.findingCount, 'finding')}`,
          each.addresses.map(({ value }) => value).join(', '),
        ],
      }));
    case 'objects':
      return sections.objects.map(({ name, severity, entries, moreEntries, reads }) => {
        const changes = entries.length + moreEntries;
        return {
          key: name,
          severity,
          title: name,
          lines: [
            `${number(changes)} ${plural(changes, 'change')}, ${number(reads)} ${plural(reads, 'read')}`,
            [...new Set(entries.map(({ user }) => shortUser(user)))].join(', '),
          ],
        };
      });
    case 'sessions':
      return sections.sessions.map((each, index) => ({
        key: String(index),
        severity: undefined,
        title: `${each.kind} ${each.target}`,
        lines: [`${each.start}, ${shortUser(each.user)}, ${each.result}`, each.command],
      }));
  }
}

const searchedTexts = new WeakMap<object, readonly string[]>();

/** Those that a filter leaves, and that hold all words of a search, anywhere in what is told of them. */
export function chosenBy(
  search: string,
  filter: ItemFilter,
  view: ItemViewName,
  choices: readonly Choice[],
  sections: Sections,
): readonly Choice[] {
  const isLeft = itemFilter(view, sections, filter);
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const items = sections[view];
  let texts = searchedTexts.get(items);
  if (words.length > 0 && texts === undefined) {
    searchedTexts.set(items, (texts = items.map((item) => wordsOf(item).join('\n').toLowerCase())));
  }
  return choices.filter(
    (_, index) => isLeft(index) && words.every((word) => texts![index]!.includes(word)),
  );
}

/** All texts in a value. */
function wordsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(wordsOf) : [];
}

import type { ItemViewName, Sections } from './case-lists.ts';
import type { FieldName, Term } from './case-view.ts';

/** What of an entry is chosen by: values of fields, and when it was. */
interface ItemFacts {
  readonly values: Readonly<Partial<Record<FieldName, readonly string[]>>>;
  /** From and up to, as texts of the page; both the same for a moment. */
  readonly times: readonly (readonly [first: string, last: string])[];
}

/** What a view leaves of a list: values that entries have or have not, and a time in which something of them was. */
export interface ItemFilter {
  readonly is: readonly Term[];
  readonly not: readonly Term[];
  /** As texts of the page, `YYYY-MM-DD HH:MM:SS`; undefined without a bound. */
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/** The fields by which entries of each list are chosen. Others leave all in. */
const FIELDS: Readonly<Record<ItemViewName, readonly FieldName[]>> = {
  incidents: ['user', 'rule', 'object', 'namespace', 'resource', 'name', 'source'],
  identities: ['user', 'as', 'rule', 'namespace', 'source', 'agent'],
  objects: ['object', 'namespace', 'resource', 'name', 'user', 'as', 'source', 'agent'],
  sessions: ['user', 'as', 'object', 'namespace', 'resource', 'name', 'source', 'agent'],
};

/** Whether entries of a list are chosen by a field. */
export function choosesItems(view: ItemViewName, field: FieldName): boolean {
  return FIELDS[view].includes(field);
}

/** Tells of the entry at a place of a list whether it is left. */
export function itemFilter(
  view: ItemViewName,
  sections: Sections,
  { is, not, from, to }: ItemFilter,
): (index: number) => boolean {
  const applies = ({ field }: Term): boolean => choosesItems(view, field);
  const wanted = is.filter(applies);
  const unwanted = not.filter(applies);
  if (wanted.length + unwanted.length === 0 && from === undefined && to === undefined) {
    return () => true;
  }
  const all = factsOf(view, sections);
  return (index) => {
    const { values, times } = all[index]!;
    const has = ({ field, value }: Term): boolean =>
      (values[field] ?? []).some(
        // Findings name parts of objects too, such as the exec of a pod.
        (each) => each === value || (field === 'object' && value.startsWith(`${each}/`)),
      );
    const isThen =
      (from === undefined && to === undefined) ||
      times.some(
        ([first, last]) =>
          first !== '' && (to === undefined || first < to) && (from === undefined || last >= from),
      );
    return isThen && wanted.every(has) && !unwanted.some(has);
  };
}

const known = new WeakMap<object, readonly ItemFacts[]>();

function factsOf(view: ItemViewName, sections: Sections): readonly ItemFacts[] {
  const items = sections[view];
  let facts = known.get(items);
  if (facts === undefined) known.set(items, (facts = factsIn(view, sections)));
  return facts;
}

function factsIn(view: ItemViewName, sections: Sections): ItemFacts[] {
  switch (view) {
    case 'incidents':
      return sections.incidents.map(({ steps, objects }) => ({
        values: {
          user: steps.map(({ user }) => user),
          rule: steps.flatMap(({ rule, others }) => [rule, ...others]),
          source: steps.map(({ source }) => source),
          ...objectValues([...objects, ...steps.map(({ object }) => object)]),
        },
        times: steps.map(({ time, last }) => [time, last === '' ? time : last]),
      }));
    case 'identities':
      return sections.identities.map((each) => ({
        values: {
          user: [each.name],
          as: valuesOf(each.actedAs),
          rule: valuesOf(each.findings),
          namespace: valuesOf(each.namespaces),
          source: valuesOf(each.addresses),
          agent: valuesOf(each.clients),
        },
        times: [[each.first, each.last]],
      }));
    case 'objects':
      return sections.objects.map(({ name, entries, readers }) => ({
        values: {
          ...objectValues([name]),
          user: [...entries.map(({ user }) => user), ...valuesOf(readers)],
          as: entries.map(({ as }) => as),
          source: entries.map(({ source }) => source),
          agent: entries.map(({ client }) => client),
        },
        times: entries.map(({ time }) => [time, time]),
      }));
    case 'sessions':
      return sections.sessions.map(({ user, as, object, source, client, start, end }) => ({
        values: {
          ...objectValues([object]),
          user: [user],
          as: [as],
          source: [source],
          agent: [client],
        },
        times: [[start, end === '' ? start : end]],
      }));
  }
}

function valuesOf(counts: readonly { readonly value: string }[]): string[] {
  return counts.map(({ value }) => value);
}

/** Objects are `namespace/resource/name`, or `resource/name` where they have no namespace. */
function objectValues(
  objects: readonly string[],
): Readonly<Record<'object' | 'namespace' | 'resource' | 'name', readonly string[]>> {
  const parts = objects.map((object) => {
    const [first = '', second = '', ...rest] = object.split('/');
    return rest.length === 0 ? ['', first, second] : [first, second, rest[0]!];
  });
  const part = (index: number): string[] => parts.map((each) => each[index]!);
  return { object: objects, namespace: part(0), resource: part(1), name: part(2) };
}

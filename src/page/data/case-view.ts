import { SEVERITIES, type Severity } from '../../policies/severity.ts';
import { RESULTS, type Result } from './grades.ts';

/** The pages of a case file. */
export const VIEWS = [
  'incidents',
  'findings',
  'activity',
  'identities',
  'objects',
  'sessions',
  'rules',
  'input',
] as const;
/** Further pages, where a server answers. */
export const LIVE_VIEWS = ['query', 'changes', 'editor'] as const;
export type CaseViewName = (typeof VIEWS)[number];
export type LiveViewName = (typeof LIVE_VIEWS)[number];
export type ViewName = CaseViewName | LiveViewName;

/** What a value can be chosen or left out by, with the words for it. */
export const FIELDS = {
  rule: 'rule',
  user: 'user',
  as: 'acting as',
  object: 'object',
  namespace: 'namespace',
  resource: 'resource',
  name: 'name',
  verb: 'verb',
  source: 'address',
  code: 'response code',
  agent: 'client',
  policy: 'policy',
  tag: 'tag',
  stage: 'stage',
  cluster: 'cluster',
  node: 'node',
  file: 'file',
} as const;
export type FieldName = keyof typeof FIELDS;

/** What findings are counted by. */
export const GROUPS = ['rule', 'user', 'object', 'namespace', 'source', 'verb'] as const;
export type GroupName = (typeof GROUPS)[number];

/** Orders of the list, with the words for them. */
export const ORDERS = {
  severity: 'worst first',
  time: 'oldest first',
  newest: 'newest first',
  rule: 'by rule',
  user: 'by user',
} as const;
export type OrderName = keyof typeof ORDERS;

/** A value that a field has to have, or must not have. */
export interface Term {
  readonly field: FieldName;
  readonly value: string;
}

/** Everything that a user chose: what an address holds. */
export interface CaseView {
  readonly view: ViewName;
  /** Words that must all be found. */
  readonly search: string;
  readonly is: readonly Term[];
  readonly not: readonly Term[];
  /** All when empty. */
  readonly severities: readonly Severity[];
  /** How requests ended; all when empty. */
  readonly results: readonly Result[];
  /** Seconds since the epoch, from and up to, without the latter. */
  readonly from: number | undefined;
  readonly to: number | undefined;
  /** That of the page when undefined. */
  readonly order: OrderName | undefined;
  readonly group: GroupName | undefined;
  /** The finding that is shown beside the list: its place among all. */
  readonly shown: number | undefined;
  /** What is shown beside a list of other things: an incident, identity, object or session. */
  readonly item: string | undefined;
}

export const ALL: CaseView = {
  view: 'findings',
  search: '',
  is: [],
  not: [],
  severities: [],
  results: [],
  from: undefined,
  to: undefined,
  order: undefined,
  group: undefined,
  shown: undefined,
  item: undefined,
};

/** The order of a view's list: nobody scrolls past what is harmless to what is not, but requests tell a story. */
export function orderOf({ view, order }: Pick<CaseView, 'view' | 'order'>): OrderName {
  return order ?? (view === 'activity' ? 'time' : 'severity');
}

/** Characters of an address that are read: more is no address of ours. */
const MAX_ADDRESS = 20_000;

/** The part of an address behind `#` that leads to a view; empty for all findings. */
export function addressOf(view: CaseView): string {
  const query = new URLSearchParams();
  if (view.view !== ALL.view) query.append('view', view.view);
  if (view.search !== '') query.append('q', view.search);
  for (const { field, value } of view.is) query.append('is', `${field}:${value}`);
  for (const { field, value } of view.not) query.append('not', `${field}:${value}`);
  if (view.severities.length > 0) query.append('severity', view.severities.join(','));
  if (view.results.length > 0) query.append('result', view.results.join(','));
  if (view.from !== undefined) query.append('from', String(view.from));
  if (view.to !== undefined) query.append('to', String(view.to));
  if (view.order !== undefined) query.append('order', view.order);
  if (view.group !== undefined) query.append('group', view.group);
  if (view.shown !== undefined) query.append('shown', String(view.shown));
  if (view.item !== undefined) query.append('item', view.item);
  return query.toString();
}

/** The view that an address leads to. What it says wrongly counts for nothing: anybody can write an address. */
export function viewAt(address: string): CaseView {
  const query = new URLSearchParams(address.slice(0, MAX_ADDRESS));
  const named = <T extends string>(key: string, known: readonly T[]): T | undefined =>
    known.find((name) => name === query.get(key));
  const number = (key: string): number | undefined => {
    const text = query.get(key);
    return text !== null && /^-?\d{1,15}(?:\.\d{1,9})?$/.test(text) ? Number(text) : undefined;
  };
  const severities = (query.get('severity') ?? '').split(',');
  const results = (query.get('result') ?? '').split(',');
  return {
    view: named<ViewName>('view', [...VIEWS, ...LIVE_VIEWS]) ?? ALL.view,
    search: query.get('q') ?? '',
    is: query.getAll('is').flatMap(termOf),
    not: query.getAll('not').flatMap(termOf),
    severities: SEVERITIES.filter((severity) => severities.includes(severity)),
    results: RESULTS.filter((result) => results.includes(result)),
    from: number('from'),
    to: number('to'),
    order: named('order', Object.keys(ORDERS) as OrderName[]),
    group: named('group', GROUPS),
    shown: number('shown'),
    item: query.get('item') ?? undefined,
  };
}

function termOf(text: string): Term[] {
  const at = text.indexOf(':');
  const field = text.slice(0, at);
  return Object.hasOwn(FIELDS, field)
    ? [{ field: field as FieldName, value: text.slice(at + 1) }]
    : [];
}

/** The view with a term added; the opposite one goes. */
export function withTerm(view: CaseView, kind: 'is' | 'not', term: Term): CaseView {
  const rest = withoutTerm(view, term);
  return { ...rest, [kind]: [...rest[kind], term] };
}

/** The view without a term. */
export function withoutTerm(view: CaseView, { field, value }: Term): CaseView {
  const other = (term: Term): boolean => term.field !== field || term.value !== value;
  return { ...view, is: view.is.filter(other), not: view.not.filter(other) };
}

import type { RecordList } from '../../outputs/table/record-list.ts';
import { idColumn } from '../request/request-list.ts';
import { requestResult } from '../request.ts';
import { targetText } from '../request/sessions.ts';
import { quoteWords } from '../../util/quote-words.ts';
import type { Counts } from '../count/value-tally.ts';
import type { Sightings } from '../count/sightings.ts';
import type { IdentityProfile } from './identity.ts';

/** Rows of one section. */
const MAX_ROWS = 200;

/** One line of a profile. */
interface IdentityRow {
  readonly section: string;
  readonly value: string;
  readonly count: number;
  readonly first?: bigint;
  readonly last?: bigint;
  readonly auditId?: string | undefined;
}

/** A profile as a list, for tables of reports and spreadsheets. */
export const IDENTITY_LIST: RecordList<IdentityRow> = {
  name: 'identity',
  columns: [
    { title: 'SECTION', key: 'section', value: ({ section }) => section, minimum: 8 },
    { title: 'VALUE', key: 'value', value: ({ value }) => value, minimum: 8 },
    { title: 'COUNT', key: 'count', value: ({ count }) => count, minimum: 5, number: true },
    {
      title: 'FIRST',
      key: 'first',
      value: () => undefined,
      time: ({ first }) => first,
      minimum: 8,
    },
    { title: 'LAST', key: 'last', value: () => undefined, time: ({ last }) => last, minimum: 8 },
    idColumn(({ auditId }) => auditId),
  ],
};

/** The rows of a profile, section by section. */
export function identityRows(name: string, profile: IdentityProfile): IdentityRow[] {
  const { requests, first, last } = profile;
  const counted = (section: string, counts: Counts): IdentityRow[] =>
    counts.top(MAX_ROWS).map(([value, count]) => ({ section, value, count }));
  const seen = (section: string, sightings: Sightings): IdentityRow[] =>
    sightings.top(MAX_ROWS).map((each) => ({ section, ...each }));
  return [
    { section: 'identity', value: name, count: requests, first, last },
    ...counted('result', profile.results),
    ...profile
      .findingsBySeverity()
      .map(({ severity, ...each }) => ({ ...each, section: `finding, ${severity}` })),
    ...counted('group', profile.groups),
    ...counted('acting as', profile.actedAs),
    ...seen('address', profile.sourceIps),
    ...seen('client', profile.clients),
    ...seen('credential', profile.credentials),
    ...counted('namespace', profile.namespaces),
    ...counted('allowed by', profile.grants),
    ...profile
      .matrix()
      .flatMap(({ resource, verbs }) =>
        verbs.map(([verb, count]) => ({ section: 'action', value: `${verb} ${resource}`, count })),
      ),
    ...counted('denied', profile.denied),
    ...counted('failed', profile.failed),
    ...counted('secret read', profile.secrets),
    ...profile.sessionsInOrder().map((session) => ({
      section: session.kind,
      value: [targetText(session), requestResult(session.request), quoteWords(session.command)]
        .filter((part) => part !== '')
        .join('  '),
      count: 1,
      first: session.start,
      last: session.end ?? 0n,
      auditId: session.request.auditId,
    })),
  ];
}

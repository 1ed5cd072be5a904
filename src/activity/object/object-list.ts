import type { RecordList } from '../../outputs/table/record-list.ts';
import type { Sections } from '../../outputs/table/sections.ts';
import { shortUsers } from '../../outputs/card/short-name.ts';
import { changeLines } from './body-diff.ts';
import { clientName } from '../count/group-keys.ts';
import type { ObjectEntry } from './object-history.ts';
import { idColumn, resultPaint, SHOWN_ID } from '../request/request-list.ts';
import { requestObject, requestResource, requestResult, requestUser } from '../request.ts';

/** Changes of one write that people see. */
const MAX_CHANGES = 25;

/** Entries for programs. */
export const OBJECT_LIST: RecordList<ObjectEntry> = {
  name: 'changes',
  redacted: true,
  columns: [
    {
      title: 'TIME',
      key: 'time',
      value: () => undefined,
      time: ({ request }) => request.time,
      minimum: 8,
    },
    {
      title: 'USER',
      key: 'user',
      value: ({ request }) => request.user,
      text: ({ request }) => requestUser(request),
      minimum: 8,
    },
    { title: '', key: 'impersonated_user', value: ({ request }) => request.impersonatedUser },
    { title: 'VERB', key: 'verb', value: ({ request }) => request.verb, minimum: 6 },
    { title: '', key: 'resource', value: ({ request }) => requestResource(request) },
    { title: '', key: 'namespace', value: ({ request }) => request.namespace },
    { title: '', key: 'name', value: ({ request }) => request.name },
    {
      title: 'RESULT',
      key: 'result',
      value: ({ request }) => request.result,
      text: ({ request }) => requestResult(request),
      minimum: 8,
    },
    { title: '', key: 'code', value: ({ request }) => request.code },
    { title: 'SOURCE IP', key: 'source_ip', value: ({ request }) => request.sourceIp, minimum: 9 },
    { title: '', key: 'user_agent', value: ({ request }) => request.userAgent },
    { title: 'WHAT', key: 'note', value: ({ note }) => note, minimum: 8 },
    {
      title: 'CHANGES',
      key: 'changes',
      text: ({ changes }) => changes.flatMap(changeLines).join('\n'),
      minimum: 8,
      value: ({ changes }) => changes.map(({ path, before, after }) => ({ path, before, after })),
    },
    idColumn(({ request }) => request.auditId),
    { title: '', key: 'file', value: ({ request }) => request.origin.file },
    { title: '', key: 'line', value: ({ request }) => request.origin.line },
  ],
};

/** An entry for people. */
export function entryText(
  entry: ObjectEntry,
  out: Sections,
  formatTime: (time: bigint) => string,
): void {
  const { request, changes, note } = entry;
  const { paint } = out;
  const verb = `${request.verb ?? ''}${request.subresource === undefined ? '' : ` ${request.subresource}`}`;
  const head = [
    formatTime(request.time),
    shortUsers(requestUser(request)),
    verb,
    requestResult(request),
    request.sourceIp ?? '',
    clientName(request.userAgent),
    request.auditId === undefined ? '' : `#${request.auditId.slice(0, SHOWN_ID)}`,
  ];
  const color = resultPaint(request.result, paint);
  out.paragraph(head.filter((part) => part !== '').join('  '), 0, color, 2);
  const noun = `${requestObject(request)}: ${note}`;
  out.paragraph(noun, 2, paint.dim);
  out.lines(
    changes
      .slice(0, MAX_CHANGES)
      .flatMap(changeLines)
      .slice(0, 4 * MAX_CHANGES),
    4,
  );
  const more = changes.length - MAX_CHANGES;
  if (more > 0) out.lines([`… ${more} more changes (--format json has them all)`], 4, paint.dim);
}

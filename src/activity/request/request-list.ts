import type { Paint } from '../../outputs/table/paint.ts';
import {
  WIDE,
  type Documents,
  type RecordColumn,
  type RecordList,
} from '../../outputs/table/record-list.ts';
import { clientName } from '../count/group-keys.ts';
import { REQUEST_DOCUMENTS } from './request-documents.ts';
import {
  requestObject,
  requestResult,
  requestUser,
  resultWord,
  shownUser,
  type Request,
} from '../request.ts';

/** Characters of an audit ID that people see: enough to find a request. */
export const SHOWN_ID = 8;

/** How a result is coloured. */
export function resultPaint(result: string, paint: Paint): ((line: string) => string) | undefined {
  if (result === 'denied') return (line) => paint.priority('Error', line);
  if (result === 'failed') return (line) => paint.priority('Warning', line);
  return result === 'allowed' ? (line) => paint.priority('Informational', line) : undefined;
}

const machine = (
  key: string,
  value: (request: Request) => string | undefined,
): RecordColumn<Request> => ({ title: '', key, value });

/** The start of an audit ID, which `show` takes; machines get all of it. */
export function idColumn<T>(auditId: (record: T) => string | undefined): RecordColumn<T> {
  return {
    title: 'ID',
    key: 'audit_id',
    value: auditId,
    text: (record) => auditId(record)?.slice(0, SHOWN_ID) ?? '',
    minimum: SHOWN_ID,
    maximum: SHOWN_ID,
  };
}

const COLUMNS: readonly RecordColumn<Request>[] = [
  { title: 'TIME', key: 'time', value: () => undefined, time: ({ time }) => time, minimum: 8 },
  {
    title: 'USER',
    key: 'user',
    value: ({ user }) => user,
    text: requestUser,
    shown: shownUser,
    minimum: 8,
    maximum: 60,
  },
  machine('impersonated_user', ({ impersonatedUser }) => impersonatedUser),
  {
    title: 'VERB',
    key: 'verb',
    value: ({ verb }) => verb,
    minimum: 6,
    maximum: 'deletecollection'.length,
  },
  { title: 'OBJECT', key: 'object', value: requestObject, minimum: 10 },
  {
    title: 'RESULT',
    key: 'result',
    value: resultWord,
    text: requestResult,
    minimum: 7,
    maximum: 17,
    paint: ({ result }, paint) => resultPaint(result, paint),
  },
  machine('code', ({ code }) => code),
  {
    title: 'SOURCE IP',
    key: 'source_ip',
    value: ({ sourceIp }) => sourceIp,
    minimum: 9,
    maximum: 39,
    from: WIDE,
  },
  {
    title: 'CLIENT',
    key: 'user_agent',
    value: ({ userAgent }) => userAgent,
    text: ({ userAgent }) => clientName(userAgent),
    minimum: 10,
    maximum: 32,
    from: 140,
  },
  idColumn(({ auditId }) => auditId),
  machine('api_group', ({ apiGroup }) => apiGroup),
  machine('resource', ({ resource }) => resource),
  machine('subresource', ({ subresource }) => subresource),
  machine('namespace', ({ namespace }) => namespace),
  machine('name', ({ name }) => name),
  machine('request_uri', ({ uri }) => uri),
  machine('reason', ({ reason }) => reason),
  { title: '', key: 'end', value: () => undefined, time: ({ ended }) => ended },
  machine('level', ({ level }) => level),
  machine('stage', ({ stage }) => stage),
  machine('file', ({ origin }) => origin.file),
  { title: '', key: 'line', value: ({ origin }) => origin.line, number: true },
  machine('cluster', ({ origin }) => origin.cluster),
];

/** One row per request. */
export const REQUEST_LIST: RecordList<Request> & { readonly documents: Documents<Request> } = {
  name: 'requests',
  columns: COLUMNS,
  byDay: true,
  documents: REQUEST_DOCUMENTS,
};

import { parseJson } from '../../json/parse.ts';
import { isObject, member } from '../../json/value.ts';
import type { JsonObject, JsonValue } from '../../json/value.ts';

/** Column of the resource-specific tables and the audit field it holds. */
const COLUMNS: readonly (readonly [column: string, field: string])[] = [
  ['Level', 'level'],
  ['AuditId', 'auditID'],
  ['Stage', 'stage'],
  ['RequestUri', 'requestURI'],
  ['Verb', 'verb'],
  ['User', 'user'],
  ['ImpersonatedUser', 'impersonatedUser'],
  ['SourceIps', 'sourceIPs'],
  ['UserAgent', 'userAgent'],
  ['ObjectRef', 'objectRef'],
  ['ResponseStatus', 'responseStatus'],
  ['RequestObject', 'requestObject'],
  ['ResponseObject', 'responseObject'],
  ['RequestReceivedTime', 'requestReceivedTimestamp'],
  ['Annotations', 'annotations'],
];

/** Azure writes this text in place of a body that was too large. */
const LEFT_OUT = 'skipped-too-big-size-object';

/** True for a row of AKSAudit, AKSAuditAdmin or ArcK8sAudit. */
export function isAksRow(object: JsonObject): boolean {
  return Object.hasOwn(object, 'Stage') || Object.hasOwn(object, 'RequestUri');
}

/** The audit event of such a row. Dynamic columns may be JSON or JSON in a string. */
export function convertAksRow(row: JsonObject): JsonObject {
  const entries: [string, JsonValue][] = [
    ['kind', 'Event'],
    ['apiVersion', 'audit.k8s.io/v1'],
  ];
  let leftOut = false;
  for (const [column, field] of COLUMNS) {
    const value = dynamic(member(row, column));
    if (value === LEFT_OUT) leftOut = true;
    else if (value !== undefined && value !== null && value !== '') entries.push([field, value]);
  }
  const time = member(row, 'StageReceivedTime') ?? member(row, 'TimeGenerated');
  if (time !== undefined) entries.push(['stageTimestamp', time]);
  const event: JsonObject = Object.fromEntries(entries);
  if (leftOut) {
    // The same mark that the API server leaves when it drops bodies itself.
    const annotations = member(event, 'annotations');
    event['annotations'] = {
      ...(isObject(annotations) ? annotations : {}),
      'audit.k8s.io/truncated': 'true',
    };
  }
  return event;
}

function dynamic(value: JsonValue | undefined): JsonValue | undefined {
  if (typeof value !== 'string' || !/^\s*[{[]/.test(value)) return value;
  try {
    return parseJson(value);
  } catch {
    return value;
  }
}

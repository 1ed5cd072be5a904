import { member } from '../../json/value.ts';
import type { JsonObject, JsonValue } from '../../json/value.ts';

/**
 * The kind that an object claims to be: an audit event, a list of them, another Kubernetes event, or neither.
 */
export type Recognised = 'event' | 'list' | 'core-event' | 'other';

/**
 * Whether an object is an audit event, a list of them, or something else.
 *
 * @param bare true for an object that stands on its own or is an element of an array or EventList:
 *   there `kind: Event` alone suffices, as in Falco (k8saudit ParseAuditEventsJSON). Inside other
 *   wrappers many products have objects of that kind, so the apiVersion or the shape is asked for.
 */
export function recognise(object: JsonObject, bare: boolean): Recognised {
  const kind = member(object, 'kind');
  if (kind === 'Event') {
    const version = member(object, 'apiVersion');
    if (isAuditVersion(version) || hasEventShape(object)) return 'event';
    if (isCoreVersion(version)) return 'core-event';
    return bare ? 'event' : 'other';
  }
  if (kind === 'EventList') {
    return isCoreVersion(member(object, 'apiVersion')) ? 'core-event' : 'list';
  }
  return kind === undefined && hasEventShape(object) ? 'event' : 'other';
}

/** True when an element of an EventList is an event; elements need no kind of their own, but something of an event. */
export function isListItem(object: JsonObject): boolean {
  if (member(object, 'kind') !== undefined) return recognise(object, true) === 'event';
  return ITEM_KEYS.some((key) => Object.hasOwn(object, key));
}

/** Keys of an audit event besides `verb` and `kind`. */
const EVENT_KEYS = [
  'auditID',
  'stage',
  'requestURI',
  'stageTimestamp',
  'requestReceivedTimestamp',
  'objectRef',
  'sourceIPs',
];

/** Keys of which an element of an EventList has one at least. */
const ITEM_KEYS = [
  ...EVENT_KEYS,
  'verb',
  'level',
  'user',
  'impersonatedUser',
  'userAgent',
  'responseStatus',
  'requestObject',
  'responseObject',
  'annotations',
];

/**
 * True for an event that lost its kind, as some shippers write it: it still has a verb, auditID and stage, or
 * where one of those is lost too, the verb and most of the others.
 */
function hasEventShape(object: JsonObject): boolean {
  if (!Object.hasOwn(object, 'verb')) return false;
  const has = (key: string): boolean => Object.hasOwn(object, key);
  if (has('auditID') && has('stage')) return true;
  return (
    (has('auditID') || has('stage') || has('requestURI')) && EVENT_KEYS.filter(has).length >= 4
  );
}

function isAuditVersion(version: JsonValue | undefined): boolean {
  return typeof version === 'string' && version.startsWith('audit.k8s.io/');
}

/** Core `v1` and `events.k8s.io` objects are `kind: Event` too: what `kubectl get events` shows. */
function isCoreVersion(version: JsonValue | undefined): boolean {
  return version === 'v1' || (typeof version === 'string' && version.startsWith('events.k8s.io/'));
}

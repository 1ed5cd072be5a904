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

/** True when an element of an EventList is an event; elements need no kind of their own. */
export function isListItem(object: JsonObject): boolean {
  return member(object, 'kind') === undefined || recognise(object, true) === 'event';
}

/** An event that lost its kind, as some shippers write it, still has these three. */
function hasEventShape(object: JsonObject): boolean {
  return (
    Object.hasOwn(object, 'auditID') &&
    Object.hasOwn(object, 'verb') &&
    Object.hasOwn(object, 'stage')
  );
}

function isAuditVersion(version: JsonValue | undefined): boolean {
  return typeof version === 'string' && version.startsWith('audit.k8s.io/');
}

/** Core `v1` and `events.k8s.io` objects are `kind: Event` too: what `kubectl get events` shows. */
function isCoreVersion(version: JsonValue | undefined): boolean {
  return version === 'v1' || (typeof version === 'string' && version.startsWith('events.k8s.io/'));
}

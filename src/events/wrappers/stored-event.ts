import { isAksRow } from '../convert/aks.ts';
import { respelled } from '../convert/respell.ts';
import type { JsonObject } from '../../json/value.ts';
import { recognise } from '../text/recognise.ts';

/** What stores make of the key `auditID`. */
export const ID_SPELLINGS = ['auditid', 'AUDITID', 'audit_id', 'AUDIT_ID', 'auditId', 'AuditID'];

/** The event of an object whose keys a store spelled otherwise; undefined for any other object. */
export function respelledEvent(object: JsonObject): JsonObject | undefined {
  if (!ID_SPELLINGS.some((key) => Object.hasOwn(object, key))) return undefined;
  const event = respelled(object);
  return event !== undefined && recognise(event, false) === 'event' ? event : undefined;
}

/** True for an event as a store keeps it: a row of Azure's tables, or one with other spellings of keys. */
export function isStoredEvent(object: JsonObject): boolean {
  const isRow = Object.hasOwn(object, 'AuditId') && Object.hasOwn(object, 'Verb');
  return (isRow && isAksRow(object)) || respelledEvent(object) !== undefined;
}

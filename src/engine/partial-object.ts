import type { AuditEvent } from '../events/event.ts';
import { kindAt } from '../events/parsed-node.ts';

const LEVEL = ['level'];
const VERB = ['verb'];
const CODE = ['responseStatus', 'code'];
const REQUEST = ['requestObject'];

/**
 * True for patches that were logged without the object that they led to, at level Request: what they say is known,
 * the rest of the object is not. A patch that created its object (201) shows all of it.
 */
export function showsPartOnly(event: AuditEvent): boolean {
  if (event.text(VERB) !== 'patch' || event.text(LEVEL) !== 'Request') return false;
  const code = event.text(CODE);
  const isDone = code === undefined || (code.startsWith('2') && code !== '201');
  return isDone && (kindAt(event, REQUEST) ?? 'null') !== 'null';
}

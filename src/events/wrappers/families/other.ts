// Room events/wrappers/families: the JSON wrappings, one file a product or group of products.
// Door: one list a file, which ../envelopes.ts puts in order.
// Neighbours: uses ../envelope.ts for the type of a record; nothing else imports it.
// Inside: parts.ts has the few ways to say where in a wrapping the events are.

import { member, stringMember } from '../../../json/value.ts';
import type { Envelope } from '../envelope.ts';
import { convertRancher, isRancherRecord } from '../../convert/rancher.ts';
import { ID_SPELLINGS, respelledEvent } from '../stored-event.ts';
import { payload } from './parts.ts';

/** Keys under which shippers nest a record, for wrappers nobody has described. */
const NESTING_KEYS = [
  'line',
  '_raw',
  'body',
  'data',
  'attributes',
  'log',
  'raw',
  'payload',
  'data_base64',
  'original',
  'Message',
  'Body',
];

/** Records of related products, and the last resort for unknown wrappers. */
export const otherEnvelopes: readonly Envelope[] = [
  {
    name: 'falco-output',
    description: 'JSON output of Falco: recognised and reported, not an audit log',
    keys: ['output', 'rule', 'output_fields'],
    recognise: () => true,
    *open() {
      yield { kind: 'problem', reason: 'falco-output' };
    },
  },
  {
    name: 'rancher',
    description: 'Rancher API audit log; requests to /k8s/clusters/ become events',
    keys: ['auditID', 'requestURI', 'method'],
    recognise: isRancherRecord,
    *open(_node, object) {
      const converted = convertRancher(object);
      if (converted === undefined) yield { kind: 'problem', reason: 'rancher' };
      else yield { kind: 'event', event: converted.event, context: { cluster: converted.cluster } };
    },
  },
  {
    name: 'respelled',
    description: 'events whose keys a store spelled otherwise (auditid, AUDITID, audit_id)',
    keys: [],
    oneOf: ID_SPELLINGS,
    generic: true,
    recognise: (object) => respelledEvent(object) !== undefined,
    *open(_node, object) {
      const event = respelledEvent(object);
      if (event !== undefined) yield { kind: 'event', event, context: {} };
    },
  },
  {
    name: 'nested',
    description: 'any other object with the event in a member, at most seven levels deep',
    keys: [],
    oneOf: NESTING_KEYS,
    generic: true,
    recognise: (object) => NESTING_KEYS.some((key) => isCarrier(object, key)),
    *open(node, object) {
      const key = NESTING_KEYS.find((name) => isCarrier(object, name));
      if (key !== undefined) yield* payload(node, [key], { node: stringMember(object, 'host') });
    },
  },
];

function isCarrier(object: Parameters<typeof member>[0], key: string): boolean {
  const value = member(object, key);
  return typeof value === 'string' ? value.length > 1 : typeof value === 'object' && value !== null;
}

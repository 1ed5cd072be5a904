import { isObject, lookup, member, stringMember } from '../../../json/value.ts';
import type { JsonObject } from '../../../json/value.ts';
import type { JsonNode } from '../../json-node.ts';
import type { Envelope, Part } from '../envelope.ts';
import { BIGQUERY_PAYLOADS, bigQueryEntry, isBigQueryRow } from '../../convert/bigquery.ts';
import { convertGke, GKE_BODIES, isKubernetesEntry } from '../../convert/gke.ts';
import { each, payload } from './parts.ts';

const AUDIT_LOG_TYPE = 'type.googleapis.com/google.cloud.audit.AuditLog';

/** Google Kubernetes Engine logs: Cloud Logging entries, and Pub/Sub messages that carry them. */
export const googleEnvelopes: readonly Envelope[] = [
  {
    name: 'gke',
    description: 'Google Cloud LogEntry of GKE (gcloud logging read, Cloud Storage sink)',
    keys: ['protoPayload'],
    recognise: (object) => {
      const payloadOf = member(object, 'protoPayload');
      if (!isObject(payloadOf)) return false;
      const type = stringMember(payloadOf, '@type');
      return type === undefined || type === AUDIT_LOG_TYPE;
    },
    bodies: GKE_BODIES,
    *open(node, object) {
      yield entryPart(object, node);
    },
  },
  {
    name: 'gke-bigquery',
    description: 'GKE audit logs in BigQuery (protopayload_auditlog, proto_payload)',
    keys: [],
    oneOf: BIGQUERY_PAYLOADS,
    recognise: isBigQueryRow,
    *open(_node, object) {
      yield entryPart(bigQueryEntry(object));
    },
  },
  {
    name: 'google-text',
    description: 'Google Cloud LogEntry with the event as text or JSON payload',
    keys: ['logName', 'resource'],
    recognise: (object) =>
      Object.hasOwn(object, 'textPayload') || isObject(member(object, 'jsonPayload')),
    *open(node, object) {
      const context = { cluster: node.stringAt('resource', 'labels', 'cluster_name') };
      yield* payload(
        node,
        [Object.hasOwn(object, 'textPayload') ? 'textPayload' : 'jsonPayload'],
        context,
      );
    },
  },
  {
    name: 'pubsub',
    description: 'Pub/Sub message with a LogEntry as base64 (push and pull)',
    keys: ['message'],
    recognise: (object) => {
      const message = member(object, 'message');
      return isObject(message) && typeof member(message, 'data') === 'string';
    },
    *open(node) {
      yield* payload(node, ['message', 'data']);
    },
  },
  {
    name: 'pubsub-pull',
    description: 'answer of a Pub/Sub pull request',
    keys: ['receivedMessages'],
    recognise: (object) => Array.isArray(member(object, 'receivedMessages')),
    *open(node) {
      yield* each(node.child('receivedMessages'), (received) =>
        payload(received, ['message', 'data']),
      );
    },
  },
];

/** @param node of the entry, where it has a text of its own */
function entryPart(entry: JsonObject, node?: JsonNode): Part {
  if (!isKubernetesEntry(entry)) return { kind: 'problem', reason: 'gke-other' };
  const written = node && ((key: string) => node.child('protoPayload', key)!.text);
  const converted = convertGke(entry, written);
  if (converted === undefined) {
    return { kind: 'problem', reason: 'bad-record', detail: 'no protoPayload.methodName' };
  }
  const cluster = lookup(entry, ['resource', 'labels', 'cluster_name']);
  return {
    kind: 'event',
    ...converted,
    context: { cluster: typeof cluster === 'string' ? cluster : undefined },
  };
}

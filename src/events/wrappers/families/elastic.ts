import { isObject, lookup, member, stringMember } from '../../../json/value.ts';
import type { JsonObject } from '../../../json/value.ts';
import type { Envelope } from '../envelope.ts';
import { each, firstPayload, payload } from './parts.ts';

/** Filebeat, Elastic Agent, Elasticsearch and OpenSearch. */
export const elasticEnvelopes: readonly Envelope[] = [
  {
    name: 'elastic-audit',
    description: 'Elastic Agent, Kubernetes audit data set (kubernetes.audit)',
    keys: ['kubernetes'],
    recognise: (object) => isObject(lookup(object, ['kubernetes', 'audit'])),
    *open(node, object) {
      const context = { node: node.stringAt('agent', 'hostname') ?? node.stringAt('host', 'name') };
      const audit = lookup(object, ['kubernetes', 'audit']);
      const restored = isObject(audit) ? withDottedAnnotations(audit) : undefined;
      if (restored === undefined) yield* payload(node, ['kubernetes', 'audit'], context);
      else yield { kind: 'event', event: restored, context };
    },
  },
  {
    name: 'elasticsearch',
    description: 'Elasticsearch or OpenSearch document (_source)',
    keys: ['_source'],
    recognise: (object) => isObject(member(object, '_source')),
    *open(node) {
      yield* payload(node, ['_source']);
    },
  },
  {
    name: 'elasticsearch-hits',
    description: 'answer of an Elasticsearch or OpenSearch search',
    keys: ['hits'],
    recognise: (object) => Array.isArray(lookup(object, ['hits', 'hits'])),
    *open(node) {
      // Without a source, what was asked for is in `fields`, a list for each.
      yield* each(node.child('hits', 'hits'), (hit) =>
        hit.child('_source') === undefined && hit.child('fields') !== undefined
          ? [{ kind: 'node', node: hit }]
          : payload(hit, ['_source']),
      );
    },
  },
  {
    name: 'filebeat',
    description: 'Filebeat and Elastic Agent (message or event.original)',
    keys: ['@timestamp'],
    generic: true,
    recognise: (object) =>
      typeof member(object, 'message') === 'string' ||
      typeof lookup(object, ['event', 'original']) === 'string',
    *open(node) {
      const context = { node: node.stringAt('agent', 'hostname') ?? node.stringAt('host', 'name') };
      yield* firstPayload(node, [['message'], ['event', 'original']], context);
    },
  },
];

/**
 * The event with the dots that Elastic's ingest pipeline replaced in annotation keys, or undefined
 * when nothing was replaced. The part before the slash is a DNS name, which has no underscores.
 */
function withDottedAnnotations(event: JsonObject): JsonObject | undefined {
  const annotations = member(event, 'annotations');
  if (!isObject(annotations)) return undefined;
  const keys = Object.keys(annotations);
  if (!keys.some((key) => dottedKey(key) !== key)) return undefined;
  const restored = keys.map((key) => [dottedKey(key), annotations[key]!] as const);
  const kind = stringMember(event, 'kind') ?? 'Event';
  return { ...event, kind, annotations: Object.fromEntries(restored) };
}

function dottedKey(key: string): string {
  const slash = key.indexOf('/');
  return slash === -1 ? key : key.slice(0, slash).replaceAll('_', '.') + key.slice(slash);
}

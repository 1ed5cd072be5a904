import { isObject, lookup, member, stringMember } from '../../../json/value.ts';
import type { JsonObject, JsonValue } from '../../../json/value.ts';
import type { Envelope, Part } from '../envelope.ts';
import { JsonNode } from '../../json-node.ts';
import type { Fragment } from '../../text/fragments.ts';
import { each, firstPayload, isWholeObject, payload } from './parts.ts';

const hasText = (object: JsonObject, key: string): boolean => {
  const value = member(object, key);
  return typeof value === 'string' || isObject(value);
};

/** Where messages are; the short one of GELF may be the first characters of the full one. */
const MESSAGES = ['message', 'full_message', 'short_message'];

/** Log shippers and stores, each by the keys that only it has. */
export const shipperEnvelopes: readonly Envelope[] = [
  {
    name: 'splunk',
    description: 'Splunk export (result._raw)',
    keys: ['result'],
    recognise: (object) => typeof lookup(object, ['result', '_raw']) === 'string',
    *open(node) {
      yield* payload(node, ['result', '_raw'], { node: node.stringAt('result', 'host') });
    },
  },
  {
    name: 'splunk-hec',
    description: 'Splunk HTTP event collector',
    keys: ['event'],
    recognise: (object) => hasText(object, 'event') && !Object.hasOwn(object, '@timestamp'),
    *open(node) {
      yield* payload(node, ['event'], { node: node.string('host') });
    },
  },
  {
    name: 'otlp',
    description: 'OpenTelemetry logs as JSON (OTLP file exporter)',
    keys: ['resourceLogs'],
    recognise: (object) => Array.isArray(member(object, 'resourceLogs')),
    *open(node) {
      for (const resource of node.child('resourceLogs')?.elements() ?? [])
        yield* otlpResource(resource);
    },
  },
  {
    name: 'loki',
    description: 'logcli -o jsonl',
    keys: ['labels', 'line'],
    recognise: () => true,
    *open(node) {
      yield* payload(node, ['line'], lokiContext(node.child('labels')));
    },
  },
  {
    name: 'loki-http',
    description: 'answer of the Loki HTTP API',
    keys: ['data'],
    recognise: (object) => Array.isArray(lookup(object, ['data', 'result'])),
    *open(node) {
      for (const stream of node.child('data', 'result')?.elements() ?? []) {
        const context = lokiContext(stream.child('stream'));
        yield* each(stream.child('values'), (value) => payload(value, ['1'], context));
      }
    },
  },
  {
    name: 'stern-json',
    description: 'stern -o json',
    keys: ['message', 'podName', 'nodeName'],
    recognise: () => true,
    *open(node) {
      yield* payload(node, ['message'], {
        node: node.string('nodeName'),
        stream: node.string('podName'),
      });
    },
  },
  {
    name: 'datadog',
    description: 'Datadog archive',
    keys: ['_id', 'attributes'],
    recognise: () => true,
    *open(node) {
      yield* firstPayload(node, [['message'], ['attributes']], { node: node.string('host') });
    },
  },
  {
    name: 'fluent',
    description: 'Fluent Bit and Fluentd (log, log_processed), split lines rejoined',
    keys: [],
    oneOf: ['log_processed', 'log'],
    generic: true,
    recognise: (object) =>
      isObject(member(object, 'log_processed')) || typeof member(object, 'log') === 'string',
    *open(node, object) {
      const context = {
        node: node.stringAt('kubernetes', 'host'),
        stream: node.stringAt('kubernetes', 'pod_name'),
      };
      const part = cutPart(object, context.stream);
      if (part === undefined) yield* firstPayload(node, [['log_processed'], ['log']], context);
      else yield { kind: 'fragment', ...part, context };
    },
  },
  {
    name: 'message',
    description: 'Vector, GELF, Fluentd and others that put the event into message',
    keys: [],
    oneOf: MESSAGES,
    generic: true,
    recognise: (object) => MESSAGES.some((key) => hasText(object, key)),
    *open(node) {
      yield* firstPayload(
        node,
        MESSAGES.map((key) => [key]),
        { node: node.string('host') ?? node.string('_appID') },
      );
    },
  },
];

/**
 * A part of a line that a container runtime cut and nothing joined: Fluent Bit keeps the tag of CRI log files, Fluentd
 * what Docker's driver tells of it.
 *
 * @param pod what tells lines of several containers apart
 */
function cutPart(object: JsonObject, pod: string | undefined): Fragment | undefined {
  const text = stringMember(object, 'log');
  if (text === undefined || isObject(member(object, 'log_processed'))) return undefined;
  const id = stringMember(object, 'partial_id');
  if (id !== undefined) {
    const last = member(object, 'partial_last');
    return { key: `fluent ${id}`, text, last: last === true || last === 'true' };
  }
  const tag = stringMember(object, 'logtag') ?? stringMember(object, '_p');
  if (tag !== 'P' && tag !== 'F') return undefined;
  // Where lines were joined, the tag is still that of the first.
  if (isWholeObject(text) && (tag === 'P' || pod === undefined)) return undefined;
  const container = lookup(object, ['kubernetes', 'container_name']);
  const stream = stringMember(object, 'stream') ?? '';
  const key = `fluent ${stream} ${pod ?? ''} ${typeof container === 'string' ? container : ''}`;
  return { key, text, last: tag === 'F' };
}

function lokiContext(labels: JsonNode | undefined): Part['context'] {
  if (labels === undefined) return undefined;
  return {
    cluster: labels.string('cluster'),
    node: labels.string('node') ?? labels.string('node_name') ?? labels.string('host'),
    stream: labels.string('filename') ?? labels.string('pod'),
  };
}

function* otlpResource(resource: JsonNode): Generator<Part> {
  const attributes = new Map<string, JsonNode>();
  for (const attribute of resource.child('resource', 'attributes')?.elements() ?? []) {
    const key = attribute.string('key');
    if (key !== undefined) attributes.set(key, attribute);
  }
  const text = (key: string): string | undefined =>
    attributes.get(key)?.stringAt('value', 'stringValue');
  const context = {
    cluster: text('k8s.cluster.name'),
    node: text('k8s.node.name') ?? text('host.name'),
  };
  for (const scope of resource.child('scopeLogs')?.elements() ?? []) {
    for (const record of scope.child('logRecords')?.elements() ?? []) {
      yield { kind: 'node', node: otlpBody(record), context };
    }
  }
}

/** What was logged: the body, or where a pipeline took that apart and left nothing of it, the attributes. */
function otlpBody(record: JsonNode): JsonNode {
  const body = record.child('body');
  // Bytes are base64, as of a Kafka receiver that reads them raw.
  const string = body?.child('stringValue') ?? body?.child('bytesValue');
  const values = record.child('attributes')?.value;
  if (values !== undefined && (string === undefined ? body === undefined : string.value === '')) {
    return JsonNode.built(fromAnyValue({ kvlistValue: { values } }, 0));
  }
  return string ?? JsonNode.built(body === undefined ? null : fromAnyValue(body.value, 0));
}

/** Plain JSON from OTLP's AnyValue; deeper than any audit event it is cut to null. */
function fromAnyValue(value: JsonValue, depth: number): JsonValue {
  if (!isObject(value) || depth > 64) return null;
  const values = lookup(value, ['arrayValue', 'values']);
  if (Array.isArray(values)) return values.map((inner) => fromAnyValue(inner, depth + 1));
  const pairs = lookup(value, ['kvlistValue', 'values']);
  if (Array.isArray(pairs)) {
    const entries: [string, JsonValue][] = [];
    for (const pair of pairs) {
      const key = lookup(pair, ['key']);
      if (typeof key === 'string')
        entries.push([key, fromAnyValue(lookup(pair, ['value']) ?? null, depth + 1)]);
    }
    return Object.fromEntries(entries);
  }
  const integer = member(value, 'intValue');
  if (typeof integer === 'string' && /^-?\d{1,15}$/.test(integer)) return Number(integer);
  for (const key of ['stringValue', 'boolValue', 'doubleValue', 'intValue']) {
    const scalar = member(value, key);
    if (scalar !== undefined) return scalar;
  }
  return null;
}

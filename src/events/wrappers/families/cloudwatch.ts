import { isObject, member, stringMember } from '../../../json/value.ts';
import { textOf } from '../../context.ts';
import { convertOcsf, isOcsfEvent } from '../../convert/security-lake.ts';
import type { Envelope, Part } from '../envelope.ts';
import type { JsonNode } from '../../json-node.ts';
import { each, payload } from './parts.ts';

/** Amazon EKS control-plane logs, in every form CloudWatch and Security Lake hand them out. */
export const cloudwatchEnvelopes: readonly Envelope[] = [
  {
    name: 'cloudwatch-subscription',
    description: 'CloudWatch Logs subscription data (Lambda, Kinesis, Firehose)',
    keys: ['messageType', 'logGroup'],
    recognise: () => true,
    *open(node, object) {
      if (stringMember(object, 'messageType') === 'CONTROL_MESSAGE') {
        yield { kind: 'problem', reason: 'control-message' };
        return;
      }
      const context = {
        cluster: clusterOfLogGroup(stringMember(object, 'logGroup')),
        stream: stringMember(object, 'logStream'),
      };
      yield* each(node.child('logEvents'), (entry) => payload(entry, ['message'], context));
    },
  },
  {
    name: 'cloudwatch-events',
    description: 'aws logs filter-log-events and get-log-events',
    keys: ['events'],
    recognise: (object) => Array.isArray(member(object, 'events')),
    *open(node) {
      yield* each(node.child('events'), logEvent);
    },
  },
  {
    name: 'cloudwatch-event',
    description: 'one log event of aws logs filter-log-events',
    keys: ['message', 'ingestionTime'],
    recognise: () => true,
    *open(node) {
      yield* logEvent(node);
    },
  },
  {
    name: 'cloudwatch-insights',
    description: 'aws logs get-query-results (Logs Insights)',
    keys: ['results'],
    recognise: (object) => Array.isArray(member(object, 'results')),
    *open(node) {
      for (const row of node.child('results')?.elements() ?? []) yield* insightsRow(row);
    },
  },
  {
    name: 'cloudwatch-insights-export',
    description: 'Logs Insights console export',
    keys: ['@message'],
    recognise: () => true,
    *open(node, object) {
      const context = insightsContext(
        textOf(member(object, '@logStream')),
        textOf(member(object, '@log')),
      );
      yield* payload(node, ['@message'], context);
    },
  },
  {
    name: 'ocsf',
    description: 'EKS audit logs of Amazon Security Lake (OCSF, exported as JSON), without bodies',
    keys: ['class_uid', 'metadata', 'api'],
    recognise: isOcsfEvent,
    *open(_node, object) {
      yield { kind: 'event', event: convertOcsf(object), context: {} };
    },
  },
  {
    name: 'cloudtrail',
    description: 'AWS CloudTrail: recognised and reported, not an audit log of Kubernetes',
    keys: ['eventSource', 'eventName', 'eventVersion'],
    recognise: () => true,
    *open() {
      yield { kind: 'problem', reason: 'cloudtrail' };
    },
  },
  {
    name: 'lambda-awslogs',
    description: 'event a CloudWatch subscription sends to Lambda',
    keys: ['awslogs'],
    recognise: (object) => isObject(member(object, 'awslogs')),
    *open(node) {
      yield* payload(node, ['awslogs', 'data']);
    },
  },
  {
    name: 'kinesis',
    description: 'Kinesis records of a CloudWatch subscription',
    keys: ['Records'],
    recognise: (object) => Array.isArray(member(object, 'Records')),
    *open(node) {
      yield* each(node.child('Records'), (record) => {
        if (record.child('kinesis') !== undefined) return payload(record, ['kinesis', 'data']);
        if (record.child('Data') !== undefined) return payload(record, ['Data']);
        return [{ kind: 'node', node: record }];
      });
    },
  },
  {
    name: 'firehose-record',
    description: 'record a Firehose transformation receives',
    keys: ['recordId', 'data'],
    recognise: () => true,
    *open(node) {
      yield* payload(node, ['data']);
    },
  },
];

function logEvent(entry: JsonNode): Iterable<Part> {
  return payload(entry, ['message'], { stream: entry.string('logStreamName') });
}

/** A row is a list of cells: `{"field":"@message","value":"…"}`. */
function* insightsRow(row: JsonNode): Generator<Part> {
  const cells = new Map<string, JsonNode>();
  for (const cell of row.elements()) {
    const field = cell.string('field');
    if (field !== undefined) cells.set(field, cell);
  }
  const message = cells.get('@message');
  if (message === undefined) {
    yield { kind: 'problem', reason: 'bad-record', detail: 'a row without @message' };
    return;
  }
  const context = insightsContext(
    cells.get('@logStream')?.string('value'),
    cells.get('@log')?.string('value'),
  );
  yield* payload(message, ['value'], context);
}

function insightsContext(stream: string | undefined, log: string | undefined): Part['context'] {
  // `@log` is `<account>:<log group>`.
  return { stream, cluster: clusterOfLogGroup(log?.slice(log.indexOf(':') + 1)) };
}

/** EKS writes to the log group `/aws/eks/<cluster>/cluster`. */
function clusterOfLogGroup(group: string | undefined): string | undefined {
  return /^\/aws\/eks\/([^/]+)\/cluster$/.exec(group ?? '')?.[1];
}

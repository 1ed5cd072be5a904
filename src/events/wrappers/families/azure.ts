import { isObject, lookup, member, stringMember } from '../../../json/value.ts';
import type { JsonObject } from '../../../json/value.ts';
import { convertAksRow, isAksRow } from '../../convert/aks.ts';
import type { WrapperContext } from '../../decoded.ts';
import type { Envelope, Part } from '../envelope.ts';
import { JsonNode } from '../../json-node.ts';
import { each, payload } from './parts.ts';

/** Azure Kubernetes Service logs: storage accounts, Event Hubs, Log Analytics. */
export const azureEnvelopes: readonly Envelope[] = [
  {
    name: 'aks-storage',
    description: 'AKS diagnostic record (storage account PT1H.json, Event Hubs)',
    keys: ['properties'],
    recognise: (object) => {
      const log = lookup(object, ['properties', 'log']);
      return typeof log === 'string' || isObject(log);
    },
    *open(node, object) {
      const context = {
        cluster: clusterOfResource(stringMember(object, 'resourceId')),
        stream: node.stringAt('properties', 'pod'),
      };
      yield* payload(node, ['properties', 'log'], context);
    },
  },
  {
    name: 'aks-event-hub',
    description: 'list of AKS diagnostic records (Event Hubs), or of Firehose records',
    keys: ['records'],
    recognise: (object) => Array.isArray(member(object, 'records')),
    *open(node) {
      yield* each(node.child('records'), (record) => [{ kind: 'node', node: record }]);
    },
  },
  {
    name: 'aks-diagnostics',
    description: 'AKS rows of the table AzureDiagnostics (Log Analytics)',
    keys: ['log_s'],
    recognise: () => true,
    *open(node, object) {
      yield* payload(node, ['log_s'], rowContext(object));
    },
  },
  {
    name: 'aks-tables',
    description: 'answer of the Log Analytics REST API',
    keys: ['tables'],
    recognise: (object) => Array.isArray(lookup(object, ['tables', '0', 'columns'])),
    *open(node) {
      for (const table of node.child('tables')?.elements() ?? []) yield* tableRows(table);
    },
  },
  {
    name: 'aks-audit',
    description: 'AKS rows of the tables AKSAudit, AKSAuditAdmin and ArcK8sAudit',
    keys: ['AuditId', 'Verb'],
    recognise: isAksRow,
    *open(_node, object) {
      yield { kind: 'event', event: convertAksRow(object), context: rowContext(object) };
    },
  },
];

/** Rows are arrays; each becomes the object that other exports have. */
function* tableRows(table: JsonNode): Generator<Part> {
  const names: string[] = [];
  for (const column of table.child('columns')?.elements() ?? []) {
    names.push(column.string('name') ?? '');
  }
  for (const row of table.child('rows')?.elements() ?? []) {
    const cells = row.value;
    if (!Array.isArray(cells)) {
      yield { kind: 'problem', reason: 'bad-record', detail: 'a row that is no list' };
      continue;
    }
    const entries = names.map((name, index) => [name, cells[index] ?? null] as const);
    yield { kind: 'node', node: JsonNode.built(Object.fromEntries(entries)) };
  }
}

function rowContext(row: JsonObject): WrapperContext {
  const resource = stringMember(row, '_ResourceId') ?? stringMember(row, 'ResourceId');
  return {
    cluster: clusterOfResource(resource),
    stream: stringMember(row, 'pod_s') ?? stringMember(row, 'PodName'),
  };
}

/** The last part of `/subscriptions/…/managedClusters/<name>`; Azure upper-cases it at times. */
function clusterOfResource(id: string | undefined): string | undefined {
  const name = id?.split('/').at(-1);
  return name === undefined || name === '' ? undefined : name;
}

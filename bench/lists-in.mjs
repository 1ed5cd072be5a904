// Ways in that are no wrapping of one event by text around it: many events in a line, other spellings, other schemas.

const json = JSON.stringify;

/** JSON with the keys of all objects in order, as `jq -S` writes it. */
function sorted(value) {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}

/** JSON with a blank behind colons and commas, as Python writes it. */
function spaced(value) {
  if (typeof value !== 'object' || value === null) return json(value);
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`;
  const members = Object.entries(value).map(([key, inner]) => `${json(key)}: ${spaced(inner)}`);
  return `{${members.join(', ')}}`;
}

/** The LogEntry that GKE writes of an event. */
function gkeEntry(event) {
  const { resource, namespace, name, subresource, apiGroup = 'core' } = event.objectRef;
  const scope = namespace === undefined ? [] : ['namespaces', namespace];
  const path = [apiGroup, 'v1', ...scope, resource, name, subresource].filter(Boolean).join('/');
  const typed = (body) => body && { '@type': 'core.k8s.io/v1.Object', ...body };
  return {
    protoPayload: {
      '@type': 'type.googleapis.com/google.cloud.audit.AuditLog',
      status: { code: event.responseStatus.code >= 400 ? 7 : 0 },
      authenticationInfo: { principalEmail: event.user.username },
      requestMetadata: {
        callerIp: event.sourceIPs[0],
        callerSuppliedUserAgent: event.userAgent,
      },
      serviceName: 'k8s.io',
      methodName: `io.k8s.core.v1.${resource}.${event.verb}`,
      authorizationInfo: [{ granted: true, permission: `io.k8s.${event.verb}`, resource: path }],
      resourceName: path,
      request: typed(event.requestObject),
      response: typed(event.responseObject),
    },
    insertId: event.auditID.slice(0, 12),
    resource: { type: 'k8s_cluster', labels: { cluster_name: 'prod', location: 'us-east1' } },
    timestamp: event.stageTimestamp,
    labels: event.annotations,
    logName: 'projects/shop/logs/cloudaudit.googleapis.com%2Factivity',
    operation: { id: event.auditID, producer: 'k8s.io', first: true, last: true },
    receiveTimestamp: event.stageTimestamp,
  };
}

const list = (head, element, tail) => (lines) => `${head}${lines.map(element).join(',')}${tail}`;
const each =
  (spell) =>
  ([line]) =>
    spell(line);

/**
 * Name, the share of a plain scan's bytes a CPU second that is aimed at, how many events make a line, and the line.
 *
 * @type {readonly (readonly [string, number, number, (lines: readonly string[]) => string])[]}
 */
export const LISTS_IN = [
  [
    'get-log-events',
    0.2,
    500,
    list(
      '{"events":[',
      (line, i) =>
        json({
          logStreamName: 'kube-apiserver-audit-0',
          timestamp: i,
          message: line,
          eventId: `${i}`,
        }),
      '],"nextForwardToken":"f/1"}',
    ),
  ],
  [
    'subscription data',
    0.2,
    500,
    list(
      '{"messageType":"DATA_MESSAGE","owner":"1","logGroup":"/aws/eks/prod/cluster","logStream":"audit","logEvents":[',
      (line, i) => json({ id: `${i}`, timestamp: i, message: line }),
      ']}',
    ),
  ],
  [
    'EventList',
    0.2,
    500,
    list('{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":[', (line) => line, ']}'),
  ],
  [
    'AKS records',
    0.2,
    500,
    list(
      '{"records":[',
      (line, i) =>
        json({
          category: 'kube-audit',
          resourceId: '/CLUSTERS/PROD',
          at: i,
          properties: { log: line },
        }),
      ']}',
    ),
  ],
  [
    'OTLP',
    0.2,
    500,
    list(
      '{"resourceLogs":[{"resource":{"attributes":[]},"scopeLogs":[{"logRecords":[',
      (line, i) => json({ timeUnixNano: `${i}`, body: { stringValue: line } }),
      ']}]}]}',
    ),
  ],
  ['array of 500', 0.2, 500, list('[', (line) => line, ']')],
  ['array of 20,000', 0.2, 20_000, list('[', (line) => line, ']')],
  [
    'Fluent Bit, merged',
    0.5,
    1,
    each(
      (line) =>
        `{"date":1767323045.5,"stream":"stdout",${line.slice(1, -1)},"kubernetes":{"host":"n1","pod_name":"p"}}`,
    ),
  ],
  ['sorted keys', 0.4, 1, each((line) => json(sorted(JSON.parse(line))))],
  ['blanks behind : and ,', 0.4, 1, each((line) => spaced(JSON.parse(line)))],
  ['GKE', 0.1, 1, each((line) => json(gkeEntry(JSON.parse(line))))],
];

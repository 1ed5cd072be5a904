// Request bodies of the benchmark's events.

function managedFields(r, count) {
  const fields = {};
  for (let i = 0; i < count; i++) fields[`f:${r.hex(6)}`] = { '.': {}, [`f:${r.hex(5)}`]: {} };
  const time = '2024-05-01T10:00:00Z';
  return [{ manager: 'kubectl', operation: 'Update', time, fieldsV1: { 'f:spec': fields } }];
}

function metadata(r, name, namespace, fields) {
  return {
    name,
    namespace,
    uid: `${r.hex(8)}-${r.hex(4)}-${r.hex(4)}-${r.hex(12)}`,
    resourceVersion: String(r.below(1e9)),
    creationTimestamp: '2024-05-01T10:00:00Z',
    labels: { app: name, 'app.kubernetes.io/name': name, tier: r.pick(['web', 'db', 'job']) },
    annotations: { 'example.com/config': `{"a":${r.below(100)},"b":"x & y"}` },
    managedFields: managedFields(r, fields),
  };
}

function container(r, i) {
  return {
    name: `c${i}`,
    image: `registry.example.com/team/app-${r.below(50)}:1.${r.below(30)}`,
    command: ['/bin/app', '--listen=:8080', `--id=${r.hex(8)}`],
    env: Array.from({ length: 6 + r.below(14) }, (_, n) => ({
      name: `SETTING_${n}`,
      value: `value "${r.hex(20)}" <${r.hex(6)}>`,
    })),
    resources: { limits: { cpu: '500m', memory: '256Mi' }, requests: { cpu: '100m' } },
    ports: [{ containerPort: 8080, protocol: 'TCP' }],
    volumeMounts: [{ name: 'data', mountPath: '/data', readOnly: r.chance(0.5) }],
    securityContext: {
      runAsUser: 1000 + r.below(3),
      allowPrivilegeEscalation: false,
      ...(r.chance(0.02) ? { privileged: true } : {}),
    },
    terminationMessagePath: '/dev/termination-log',
    imagePullPolicy: 'IfNotPresent',
  };
}

/** A pod as clients send it. */
export function podBody(r, name, namespace) {
  return {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: metadata(r, name, namespace, 60 + r.below(120)),
    spec: {
      volumes: [
        { name: 'data', emptyDir: {} },
        { name: 'token', projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } },
        ...(r.chance(0.02) ? [{ name: 'host', hostPath: { path: '/etc' } }] : []),
      ],
      containers: Array.from({ length: 1 + r.below(3) }, (_, i) => container(r, i)),
      restartPolicy: 'Always',
      dnsPolicy: 'ClusterFirst',
      nodeName: `worker-${r.below(120)}`,
      ...(r.chance(0.02) ? { hostNetwork: true } : {}),
      tolerations: [{ key: 'node.kubernetes.io/not-ready', operator: 'Exists' }],
    },
    status: { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'True' }] },
  };
}

/** A ConfigMap with so many entries. */
export function configMap(r, name, namespace, size) {
  const data = {};
  for (let i = 0; i < size; i++) data[`key-${i}.yaml`] = `a: "${r.hex(60)}"\nb: <${r.hex(200)}>\n`;
  return { kind: 'ConfigMap', apiVersion: 'v1', metadata: metadata(r, name, namespace, 3), data };
}

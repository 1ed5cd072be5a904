import { NAME, PORT, type WebhookSettings } from './webhook-settings.ts';

/** What `serve` is started with in the cluster. */
function serveArguments({ auth }: WebhookSettings): string[] {
  return [
    'serve',
    `--listen=:${PORT}`,
    '--tls-cert=/tls/tls.crt',
    '--tls-key=/tls/tls.key',
    ...(auth === 'certificate' ? ['--client-ca=/tls/ca.crt'] : []),
    ...(auth === 'token' ? ['--token-file=/token/token'] : []),
    // An API server shows no credentials to admission webhooks.
    ...(auth === 'none' ? [] : ['--open-admission']),
    '--spool=/spool',
    '--spool-size=1GiB',
    '--format=ndjson',
  ];
}

/** Everything that runs `serve` in a cluster, for `kubectl apply`: secrets are to be made before. */
export function manifests(settings: WebhookSettings): string[] {
  const hasToken = settings.auth === 'token';
  return `apiVersion: v1
kind: Namespace
metadata:
  name: ${NAME}
  labels:
    pod-security.kubernetes.io/enforce: restricted
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: ${NAME}-spool
  namespace: ${NAME}
spec:
  accessModes: [ReadWriteOnce]
  resources: {requests: {storage: 2Gi}}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${NAME}
  namespace: ${NAME}
  labels: {app.kubernetes.io/name: ${NAME}}
spec:
  replicas: 1
  # The spool belongs to one process at a time.
  strategy: {type: Recreate}
  selector:
    matchLabels: {app.kubernetes.io/name: ${NAME}}
  template:
    metadata:
      labels: {app.kubernetes.io/name: ${NAME}}
    spec:
      automountServiceAccountToken: false
      terminationGracePeriodSeconds: 40
      securityContext:
        runAsNonRoot: true
        runAsUser: 1000
        runAsGroup: 1000
        fsGroup: 1000
        seccompProfile: {type: RuntimeDefault}
      containers:
      - name: ${NAME}
        # The image of your registry: docker build in a clone makes it.
        image: ${NAME}:${settings.version}
        args:
${serveArguments(settings)
  .map((each) => `        - ${each}`)
  .join('\n')}
        ports:
        - {name: https, containerPort: ${PORT}}
        readinessProbe:
          httpGet: {path: /readyz, port: https, scheme: HTTPS}
        livenessProbe:
          httpGet: {path: /healthz, port: https, scheme: HTTPS}
          timeoutSeconds: 5
        resources:
          requests: {cpu: 100m, memory: 256Mi}
          limits: {memory: 1Gi}
        securityContext:
          allowPrivilegeEscalation: false
          readOnlyRootFilesystem: true
          capabilities: {drop: [ALL]}
        volumeMounts:
        - {name: tls, mountPath: /tls, readOnly: true}
${hasToken ? '        - {name: token, mountPath: /token, readOnly: true}\n' : ''}        - {name: spool, mountPath: /spool}
      volumes:
      - name: tls
        secret: {secretName: ${NAME}-tls}
${hasToken ? `      - name: token\n        secret: {secretName: ${NAME}-token}\n` : ''}      - name: spool
        persistentVolumeClaim: {claimName: ${NAME}-spool}
---
apiVersion: v1
kind: Service
metadata:
  name: ${NAME}
  namespace: ${NAME}
spec:
  selector: {app.kubernetes.io/name: ${NAME}}
  ports:
  - {name: https, port: ${PORT}, targetPort: https}`.split('\n');
}

/** The webhook to which the API server sends requests on their way in, for `kubectl apply`. */
export function admissionWebhook(): string[] {
  return `apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata:
  name: ${NAME}
webhooks:
- name: audit.${NAME}.local
  admissionReviewVersions: [v1]
  sideEffects: None
  failurePolicy: Ignore
  timeoutSeconds: 1
  matchPolicy: Equivalent
  clientConfig:
    service: {name: ${NAME}, namespace: ${NAME}, port: ${PORT}, path: /admission}
    caBundle: CA_BUNDLE
  rules:
  - apiGroups: ["", apps, autoscaling, batch, networking.k8s.io, rbac.authorization.k8s.io, extensions]
    apiVersions: ["*"]
    operations: ["*"]
    resources: ["*/*"]
    scope: "*"`.split('\n');
}

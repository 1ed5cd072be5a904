import type { Step } from '../platforms/platform.ts';
import type { Feed } from './platform-feed.ts';
import { urlParts } from './url-parts.ts';
import { NAME, type WebhookSettings } from './webhook-settings.ts';

const BLIND = 'admission knows no reads, no refused requests, no source address and no response';

const ADMISSION: Step = {
  text: 'The control plane can be given no audit webhook: have it send requests on their way in',
  code: [
    'k8s-audit setup webhook --part admission | \\',
    '  sed "s/CA_BUNDLE/$(base64 -w0 ca.crt)/" | kubectl apply -f -',
  ],
};

/** Platforms whose API server is configured by others. */
export function otherFeeds(settings: WebhookSettings): readonly Feed[] {
  const { url } = settings;
  const events = eventsUrl(url);
  const admission = (id: string, ...limits: string[]): Feed => ({
    id,
    way: 'admission only',
    steps: [ADMISSION],
    limits: [BLIND, ...limits],
  });
  return [
    {
      id: 'openshift',
      way: 'log forwarder',
      steps: [
        {
          text: 'With OpenShift Logging, send the logs of type audit over HTTP',
          code: [
            'apiVersion: observability.openshift.io/v1',
            'kind: ClusterLogForwarder',
            `metadata: {name: ${NAME}, namespace: openshift-logging}`,
            'spec:',
            '  serviceAccount: {name: collector}',
            '  outputs:',
            `  - name: ${NAME}`,
            '    type: http',
            `    http: {url: "${events}", method: POST}`,
            `    tls: {ca: {key: ca.crt, secretName: ${NAME}-tls}}`,
            '  pipelines:',
            `  - {name: audit, inputRefs: [audit], outputRefs: [${NAME}]}`,
          ],
        },
      ],
      limits: [
        'security context constraints choose the user: leave runAsUser, runAsGroup and fsGroup out of the manifests, as the chart does',
        'logs of type audit hold those of auditd and OVN as well: they are counted as no audit events',
        'credentials of the output: http.authentication.token, or tls.certificate and tls.key',
      ],
      unverified: [
        'the names of the keys of ClusterLogForwarder, which differ between its versions',
      ],
    },
    admission(
      'eks',
      'the audit log goes to CloudWatch only: scan reads it from there, with its delay',
      'the API server must reach port 9765 of nodes: a rule of their security group',
    ),
    admission(
      'gke',
      'the audit log goes to Cloud Logging only: scan reads it from there, with its delay',
      'in private clusters a firewall rule must let the control plane reach port 9765 of nodes',
    ),
    admission(
      'aks',
      'the audit log goes to a diagnostic setting only; a consumer of its Event Hub may POST the records to /events',
    ),
    {
      id: 'iks',
      way: 'audit webhook',
      steps: [
        {
          text: 'Name serve as the receiver of the log; the platform makes the kubeconfig',
          code: [
            'ibmcloud ks cluster master audit-webhook set --cluster CLUSTER \\',
            `  --remote-server ${url} --ca-cert ca.crt${settings.auth === 'certificate' ? ' \\' : ''}`,
            ...(settings.auth === 'certificate'
              ? ['  --client-cert client.crt --client-key client.key']
              : []),
            'ibmcloud ks cluster master refresh --cluster CLUSTER',
          ],
        },
      ],
      limits: [
        'the policy is fixed, mostly level Metadata',
        'a bearer token cannot be given: --auth certificate, or none',
      ],
    },
    admission(
      'ovh',
      'the audit log goes to the Logs Data Platform; what is exported from there may be sent to /events',
    ),
    admission(
      'ack',
      'the audit log goes to Simple Log Service only: scan reads it from there, with its delay',
    ),
    {
      id: 'rancher',
      way: 'log forwarder',
      steps: [
        {
          text: 'On the hosts of Rancher, have Fluent Bit send the log',
          code: [
            '[INPUT]',
            '    Name tail',
            '    Path /var/log/rancher/audit/rancher-api-audit.log',
            '[OUTPUT]',
            '    Name http',
            '    Match *',
            ...httpOutput(events),
            '    Format json_lines',
          ],
        },
      ],
      limits: [
        'this is the log of Rancher itself; for clusters that it made, see rke, rke2 and k3s',
      ],
    },
  ];
}

/** The path that takes events in any shape, on the same server. */
function eventsUrl(url: string): string {
  return url.replace(/^(https?:\/\/[^/]+)\/audit/, '$1/events');
}

function httpOutput(url: string): string[] {
  const { isTls, hostname, port, pathname } = urlParts(url);
  return [
    `    Host ${hostname}`,
    `    Port ${port}`,
    `    URI ${pathname}`,
    ...(isTls ? ['    tls On', '    tls.ca_file ca.crt'] : []),
  ];
}

import { KUBEADM_UPGRADE, type Step } from '../platforms/platform.ts';
import type { Feed } from './platform-feed.ts';
import { webhookFlags, webhookKubeconfig } from './kubeconfig.ts';
import type { WebhookSettings } from './webhook-settings.ts';

/** Where control-plane nodes have the files, where the platform does not ask for another place. */
const ETC = '/etc/kubernetes/audit';
const K3S = '/var/lib/rancher/k3s/server/audit';
const MINIKUBE = '/etc/ssl/certs/audit';
const TALOS = '/var/etc/kubernetes/audit';

const BOTH =
  'with --audit-log-path beside it, the API server goes on to write its file: neither waits for the other';

/** Platforms whose API server takes the flags of an audit webhook. */
export function webhookFeeds(settings: WebhookSettings): readonly Feed[] {
  const flags = (dir: string, form: (name: string, value: string) => string): string[] =>
    webhookFlags({ dir }).map(([name, value]) => form(name, value));
  /** Where the platform gives the policy by itself, a second flag would contradict it. */
  const withoutPolicy = (dir: string, form: (name: string, value: string) => string): string[] =>
    flags(dir, form).filter((line) => !line.includes('audit-policy-file'));
  const files = (dir: string, place = `${dir} on every control-plane node`): Step[] => [
    {
      text: `Put these files into ${place}: webhook.yaml, which is`,
      code: webhookKubeconfig(settings, { dir }),
    },
    {
      text: `${beside(settings)}, and the audit policy`,
      code: ['k8s-audit setup audit-policy > policy.yaml'],
    },
  ];
  const arg = (name: string, value: string): string => `- ${name}=${value}`;
  const mounts = [`- ${ETC}:${ETC}:ro`];
  return [
    {
      id: 'kubeadm',
      way: 'audit webhook',
      steps: [
        ...files(ETC),
        {
          text: 'In /etc/kubernetes/manifests/kube-apiserver.yaml on every control-plane node, add to the command',
          code: flags(ETC, (name, value) => `- --${name}=${value}`),
        },
        {
          text: 'and mount the folder',
          code: [
            'volumeMounts:',
            `- {name: audit, mountPath: ${ETC}, readOnly: true}`,
            'volumes:',
            `- {name: audit, hostPath: {path: ${ETC}, type: Directory}}`,
          ],
        },
      ],
      limits: [KUBEADM_UPGRADE, BOTH],
    },
    {
      id: 'kops',
      way: 'audit webhook',
      steps: [
        ...files(ETC),
        {
          text: 'kops edit cluster: put the files there with spec.fileAssets, and name them',
          code: [
            'spec:',
            '  kubeAPIServer:',
            ...flags(ETC, (name, value) => `    ${camelCase(name)}: ${value}`),
          ],
        },
        {
          text: 'Roll it out',
          code: ['kops update cluster --yes', 'kops rolling-update cluster --yes'],
        },
      ],
      limits: [BOTH],
    },
    {
      id: 'rke',
      way: 'audit webhook',
      steps: [
        ...files(ETC),
        {
          text: 'In cluster.yml, beside services.kube-api.audit_log, which writes the file and has the policy',
          code: [
            'services:',
            '  kube-api:',
            '    audit_log: {enabled: true}',
            '    extra_args:',
            // RKE gives the policy of audit_log by itself.
            ...withoutPolicy(ETC, (name, value) => `      ${name}: "${value}"`),
            '    extra_binds:',
            ...mounts.map((line) => `    ${line}`),
          ],
        },
        { text: 'Roll it out', code: ['rke up'] },
      ],
      limits: [
        'the policy is that of audit_log.configuration.policy: without one it is level Metadata',
        'without the webhook, services.kube-api.audit_log feeds k8s-audit scan -F on the hosts',
      ],
    },
    {
      id: 'rke2',
      way: 'audit webhook',
      steps: [
        ...files(ETC),
        {
          text: 'In /etc/rancher/rke2/config.yaml',
          code: [
            'kube-apiserver-arg:',
            ...flags(ETC, arg),
            'kube-apiserver-extra-mount:',
            ...mounts,
          ],
        },
        { text: 'Restart each server', code: ['systemctl restart rke2-server'] },
      ],
      limits: [BOTH],
    },
    {
      id: 'k3s',
      way: 'audit webhook',
      steps: [
        ...files(K3S),
        {
          text: 'In /etc/rancher/k3s/config.yaml',
          code: ['kube-apiserver-arg:', ...flags(K3S, arg)],
        },
        { text: 'Restart each server', code: ['systemctl restart k3s'] },
      ],
      limits: [BOTH],
    },
    {
      id: 'minikube',
      way: 'audit webhook',
      steps: [
        ...files(MINIKUBE, `~/.minikube/files${MINIKUBE}`),
        {
          text: 'Start the cluster with them',
          code: [
            'minikube start \\',
            ...flags(MINIKUBE, (name, value) => `  --extra-config=apiserver.${name}=${value} \\`),
          ].map((line, index, all) => (index === all.length - 1 ? line.replace(' \\', '') : line)),
        },
      ],
      limits: [
        'the address of the service is known once the cluster runs: start it, put the address into webhook.yaml, and start it again with these flags',
        BOTH,
      ],
    },
    {
      id: 'kind',
      way: 'audit webhook',
      steps: [
        ...files(ETC, 'a folder audit beside kind.yaml, which kind mounts'),
        {
          text: 'In kind.yaml: the flags in extraArgs, and the folder mounted twice',
          code: [
            'extraArgs:',
            ...flags(ETC, (name, value) => `  ${name}: "${value}"`),
            'extraVolumes:',
            `- {name: audit, hostPath: ${ETC}, mountPath: ${ETC}, readOnly: true, pathType: Directory}`,
            'extraMounts:',
            `- {hostPath: ./audit, containerPath: ${ETC}, readOnly: true}`,
          ],
        },
      ],
      limits: [
        'k8s-audit setup kind shows where extraArgs, extraVolumes and extraMounts stand',
        "the address of the service is known once the cluster runs: put it into audit/webhook.yaml then, and restart the API server: docker exec kind-control-plane sh -c 'crictl stop $(crictl ps -q --name kube-apiserver)'",
      ],
    },
    {
      id: 'openshift3',
      way: 'audit webhook',
      steps: [
        ...files('/etc/origin/master/audit'),
        {
          text: 'In master-config.yaml',
          code: [
            'auditConfig:',
            '  enabled: true',
            '  policyFile: /etc/origin/master/audit/policy.yaml',
            '  webHookKubeConfig: /etc/origin/master/audit/webhook.yaml',
            '  webHookMode: batch',
          ],
        },
        { text: 'Restart the API server of each master.' },
      ],
      limits: ['the policy has apiVersion audit.k8s.io/v1beta1 there, and so have the events'],
      unverified: ['the whole way: the release has no support any more'],
    },
    {
      id: 'talos',
      way: 'audit webhook',
      steps: [
        ...files(TALOS),
        {
          text: 'Patch the machine configuration of control-plane nodes',
          code: [
            'cluster:',
            '  apiServer:',
            '    extraArgs:',
            // Talos gives its own policy, which auditPolicy of the machine configuration replaces.
            ...withoutPolicy(TALOS, (name, value) => `      ${name}: "${value}"`),
            '    extraVolumes:',
            `    - {hostPath: ${TALOS}, mountPath: ${TALOS}, readonly: true}`,
          ],
        },
      ],
      limits: [
        'the policy is cluster.apiServer.auditPolicy: k8s-audit setup talos',
        'the files come with machine.files; the API server runs as user 65534 and must be able to read them',
      ],
      unverified: ['that machine.files may write below /var/etc'],
    },
  ];
}

/** Names of the files that the kubeconfig names. */
function beside({ url, auth }: WebhookSettings): string {
  const names = [
    ...(url.startsWith('https:') ? ['ca.crt'] : []),
    ...(auth === 'certificate' ? ['client.crt', 'client.key'] : []),
    ...(auth === 'token' ? ['token'] : []),
  ];
  return names.length === 0 ? 'no credentials' : names.join(', ');
}

/** `audit-webhook-mode` as `auditWebhookMode`. */
function camelCase(name: string): string {
  return name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

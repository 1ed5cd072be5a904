import { IN_CLUSTER_URL, NAME, type WebhookSettings } from './webhook-settings.ts';

/** Files that the API server reads, by the folder in which they lie. */
interface Place {
  /** As the API server sees it. */
  readonly dir: string;
}

/**
 * The file of `--audit-webhook-config-file`. Credentials are named, never printed.
 *
 * @param place where certificate and token lie on control-plane nodes
 */
export function webhookKubeconfig({ url, auth }: WebhookSettings, { dir }: Place): string[] {
  const isTls = url.startsWith('https:');
  const credentials = {
    certificate: [`    client-certificate: ${dir}/client.crt`, `    client-key: ${dir}/client.key`],
    token: [`    tokenFile: ${dir}/token`],
    none: [],
  }[auth];
  return [
    'apiVersion: v1',
    'kind: Config',
    'clusters:',
    `- name: ${NAME}`,
    '  cluster:',
    `    server: ${url}`,
    ...(isTls ? [`    certificate-authority: ${dir}/ca.crt`] : []),
    // The certificate is for the name of the service, and the URL has its address.
    ...(url === IN_CLUSTER_URL ? [`    tls-server-name: ${NAME}.${NAME}.svc`] : []),
    ...(credentials.length === 0
      ? []
      : ['users:', '- name: kube-apiserver', '  user:', ...credentials]),
    'contexts:',
    '- name: audit',
    '  context:',
    `    cluster: ${NAME}`,
    ...(credentials.length === 0 ? [] : ['    user: kube-apiserver']),
    'current-context: audit',
  ];
}

/**
 * The API server's flags with their values, without dashes. Those of batches are the API server's defaults but for the
 * wait, which is 30 s.
 */
export function webhookFlags({ dir }: Place): readonly (readonly [string, string])[] {
  return [
    ['audit-policy-file', `${dir}/policy.yaml`],
    ['audit-webhook-config-file', `${dir}/webhook.yaml`],
    ['audit-webhook-mode', 'batch'],
    ['audit-webhook-batch-max-size', '400'],
    ['audit-webhook-batch-max-wait', '1s'],
  ];
}

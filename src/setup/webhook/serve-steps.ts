import type { Step } from '../platforms/platform.ts';
import { urlParts } from './url-parts.ts';
import { IN_CLUSTER_URL, NAME, type WebhookSettings } from './webhook-settings.ts';

/** What is done once for each cluster: `serve` is started in it, or where the URL leads, with its certificates. */
export function serveSteps(settings: WebhookSettings): readonly Step[] {
  const { url, auth } = settings;
  const { hostname, port } = urlParts(url);
  if (url.startsWith('http:')) {
    return [
      {
        text: 'Start serve where the URL leads, with something before it that protects it',
        code: [`k8s-audit serve --listen :${port} --plain-http --spool /var/spool/k8s-audit`],
      },
    ];
  }
  if (url !== IN_CLUSTER_URL) {
    return [
      { text: CERTIFICATES, code: certificates(settings, hostname) },
      {
        text: 'Start serve where the URL leads',
        code: [
          `k8s-audit serve --listen :${port} --tls-cert server.crt --tls-key server.key \\`,
          `  ${CREDENTIALS[auth]}--spool /var/spool/k8s-audit`,
        ],
      },
    ];
  }
  const hasToken = auth === 'token';
  return [
    {
      text: CERTIFICATES,
      code: [
        ...certificates(settings, `${NAME}.${NAME}.svc`),
        `kubectl create namespace ${NAME}`,
        `kubectl create secret generic -n ${NAME} ${NAME}-tls \\`,
        '  --from-file=tls.crt=server.crt --from-file=tls.key=server.key --from-file=ca.crt',
        ...(hasToken
          ? [`kubectl create secret generic -n ${NAME} ${NAME}-token --from-file=token`]
          : []),
      ],
    },
    {
      text: 'Start serve in the cluster. Its address is SERVICE_IP',
      code: [
        `k8s-audit setup webhook --part manifests --auth ${auth} | kubectl apply -f -`,
        `kubectl get service -n ${NAME} ${NAME} -o jsonpath={.spec.clusterIP}`,
      ],
    },
  ];
}

const CERTIFICATES = 'Make an authority and a certificate of serve, or have cert-manager do so';

const CREDENTIALS = {
  certificate: '--client-ca ca.crt ',
  token: '--token-file token ',
  none: '',
} as const;

/** Commands that make an authority, a certificate of `serve` for a name, and what the API server shows. */
function certificates({ auth }: WebhookSettings, host: string): string[] {
  const issue = (name: string, more: string): string[] => [
    `openssl req -newkey rsa:2048 -nodes -keyout ${name}.key -out ${name}.csr -subj /CN=${name}${more}`,
    `openssl x509 -req -in ${name}.csr -CA ca.crt -CAkey ca.key -CAcreateserial -copy_extensions copy -days 365 -out ${name}.crt`,
  ];
  const kind = /^[\d.]+$|:/.test(host) ? 'IP' : 'DNS';
  return [
    `openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.crt -subj /CN=${NAME} -days 3650`,
    ...issue('server', ` -addext subjectAltName=${kind}:${host}`),
    ...(auth === 'certificate' ? issue('client', '') : []),
    ...(auth === 'token' ? ['openssl rand -hex 32 > token'] : []),
  ];
}

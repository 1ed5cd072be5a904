// Room setup/webhook: how events of a cluster reach `k8s-audit serve` as they happen.
// Door: webhook-settings.ts (what the texts are made of), kubeconfig.ts, manifests.ts, serve-steps.ts, feeds.ts, feed-text.ts.
// Neighbours: plain texts; cli/commands/setup-webhook.ts shows them.
// Inside: kubeconfig.ts and manifests.ts are whole files, feeds.ts says for each platform where they go.

/** How `serve` tells that a request comes from the API server. */
export type WebhookAuth = 'certificate' | 'token' | 'none';

/** What the texts are made of. */
export interface WebhookSettings {
  /** Where the API server finds `serve`, with the path: `https://HOST:9765/audit/CLUSTER`. */
  readonly url: string;
  readonly auth: WebhookAuth;
  /** Of the image, and of this program. */
  readonly version: string;
}

/** The namespace, and the name of everything in it. */
export const NAME = 'k8s-audit';
export const PORT = 9765;

/** The service inside the cluster. Names of services are unknown to the API server, so its address stands in the URL. */
export const IN_CLUSTER_URL = `https://SERVICE_IP:${PORT}/audit/CLUSTER`;

/** Parts that can be printed alone, as files. */
export const WEBHOOK_PARTS = ['kubeconfig', 'flags', 'manifests', 'admission'] as const;
export type WebhookPart = (typeof WEBHOOK_PARTS)[number];

import { Sections } from '../../outputs/table/sections.ts';
import type { Platform } from '../../setup/platforms/platform.ts';
import { PLATFORMS, wantedPlatform } from '../../setup/platforms/platforms.ts';
import { feedMarkdown, feedText } from '../../setup/webhook/feed-text.ts';
import { feedOf, feeds } from '../../setup/webhook/feeds.ts';
import { webhookFlags, webhookKubeconfig } from '../../setup/webhook/kubeconfig.ts';
import { admissionWebhook, manifests } from '../../setup/webhook/manifests.ts';
import { serveSteps } from '../../setup/webhook/serve-steps.ts';
import {
  IN_CLUSTER_URL,
  type WebhookPart,
  type WebhookSettings,
} from '../../setup/webhook/webhook-settings.ts';
import { KnownError } from '../../util/errors.ts';
import type { ActionOf, InvocationOf } from '../flags/command-options.ts';
import { exitCode } from '../terminal/exit.ts';
import { columnText, jsonText } from '../terminal/listing.ts';
import { paintOf } from '../terminal/text-paint.ts';
import { packageVersion } from '../version.ts';

/** Where the files lie that a part of its own names. */
const PLACE = { dir: '/etc/kubernetes/audit' };

/** `k8s-audit setup webhook [PLATFORM]`: how events of a cluster reach `serve`, with all files. */
export const setupWebhookCommand: ActionOf<'setup webhook'> = async (invocation) => {
  const { args, settings, terminal } = invocation;
  const [name] = args;
  const webhook = webhookSettings(settings);
  const platform = name === undefined ? undefined : wantedPlatform(name);
  const text =
    settings.part === undefined
      ? await pageOf(invocation, platform, webhook)
      : partText(invocation, settings.part, webhook);
  terminal.stdout.write(text);
  await terminal.stdout.drained();
  return exitCode('ok');
};

/** @throws KnownError for credentials over plain HTTP */
function webhookSettings({
  url,
  auth,
}: InvocationOf<'setup webhook'>['settings']): WebhookSettings {
  const isPlain = url?.startsWith('http:') ?? false;
  if (isPlain && auth !== undefined && auth !== 'none') {
    throw new KnownError(
      'usage',
      `--auth ${auth} needs an https URL: over plain HTTP the API server sends no credentials at all`,
      'give an https URL, or --auth none',
    );
  }
  return {
    url: url ?? IN_CLUSTER_URL,
    auth: auth ?? (isPlain ? 'none' : 'certificate'),
    version: packageVersion(),
  };
}

function partText(
  { settings, args }: InvocationOf<'setup webhook'>,
  part: WebhookPart,
  webhook: WebhookSettings,
): string {
  if (settings.listFormat !== undefined && settings.listFormat !== 'text') {
    throw new KnownError(
      'usage',
      `a part is a file: there is no ${settings.listFormat} format of it`,
      'leave --part or --format out',
    );
  }
  if (args.length > 0) {
    throw new KnownError(
      'usage',
      'parts are the same on every platform',
      `leave ${args[0]!} or --part out`,
    );
  }
  const lines = {
    kubeconfig: () => webhookKubeconfig(webhook, PLACE),
    flags: () => webhookFlags(PLACE).map(([flag, value]) => `--${flag}=${value}`),
    manifests: () => manifests(webhook),
    admission: admissionWebhook,
  }[part]();
  return lines.map((line) => `${line}\n`).join('');
}

async function pageOf(
  { settings, terminal }: InvocationOf<'setup webhook'>,
  platform: Platform | undefined,
  webhook: WebhookSettings,
): Promise<string> {
  const chosen = platform === undefined ? PLATFORMS : [platform];
  const { columns } = terminal.stdout;
  const paint = await paintOf(settings, terminal);
  switch (settings.listFormat) {
    case 'json': {
      const serve = serveSteps(webhook);
      const found = chosen.map((each) => ({ ...feedOf(each, webhook), serve }));
      return jsonText(platform === undefined ? found : found[0]);
    }
    case 'markdown':
      return chosen.map((each) => feedMarkdown(each, feedOf(each, webhook), webhook)).join('\n');
    default: {
      if (platform === undefined) {
        const ways = new Map(feeds(webhook).map(({ id, way }) => [id, way]));
        const rows = PLATFORMS.map(({ id, title }) => [id, ways.get(id)!, title]);
        const head = ['NAME', 'WAY TO SERVE', 'PLATFORM'];
        const next = [
          ['One platform, step by step', 'k8s-audit setup webhook k3s'],
          ['One file of it', 'k8s-audit setup webhook --part kubeconfig'],
        ];
        return `${columnText(rows, columns, { head, paint: paint.heading })}\n${columnText(next, columns)}`;
      }
      const out = new Sections({ paint, width: Math.min(columns, 100), showSecrets: true });
      feedText(platform, feedOf(platform, webhook), webhook, out);
      return out.text;
    }
  }
}

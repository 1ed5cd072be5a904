import { Sections } from '../../outputs/table/sections.ts';
import { platformMarkdown, platformText } from '../../setup/platforms/platform-text.ts';
import type { Platform } from '../../setup/platforms/platform.ts';
import { PLATFORMS, wantedPlatform } from '../../setup/platforms/platforms.ts';
import type { ActionOf, InvocationOf } from '../flags/command-options.ts';
import { exitCode } from '../terminal/exit.ts';
import { columnText, jsonText } from '../terminal/listing.ts';
import { paintOf } from '../terminal/text-paint.ts';

/** `k8s-audit setup [PLATFORM]`: how to switch audit logging on. */
export const setupCommand: ActionOf<'setup'> = async (invocation) => {
  const { args, terminal } = invocation;
  const [name] = args;
  const text =
    name === undefined
      ? await listText(invocation)
      : await onePlatform(invocation, wantedPlatform(name));
  terminal.stdout.write(text);
  await terminal.stdout.drained();
  return exitCode('ok');
};

async function listText({ settings, terminal }: InvocationOf<'setup'>): Promise<string> {
  switch (settings.listFormat) {
    case 'json':
      return jsonText(PLATFORMS);
    case 'markdown':
      return PLATFORMS.map(platformMarkdown).join('\n');
    default: {
      const rows = PLATFORMS.map(({ id, title, initially }) => [id, title, initially]);
      const { columns } = terminal.stdout;
      const paint = await paintOf(settings, terminal);
      const head = ['NAME', 'PLATFORM', 'AUDIT LOG BY DEFAULT'];
      const next = [
        ['One platform, step by step', 'k8s-audit setup k3s'],
        ['The audit policy for the rules', 'k8s-audit setup audit-policy'],
        ['Events as they happen', 'k8s-audit setup webhook'],
      ];
      return `${columnText(rows, columns, { head, paint: paint.heading })}\n${columnText(next, columns)}`;
    }
  }
}

async function onePlatform(
  { settings, terminal }: InvocationOf<'setup'>,
  platform: Platform,
): Promise<string> {
  const format = settings.listFormat;
  if (format === 'json') return jsonText(platform);
  if (format === 'markdown') return platformMarkdown(platform);
  const width = Math.min(terminal.stdout.columns, 100);
  const paint = await paintOf(settings, terminal);
  const out = new Sections({ paint, width, showSecrets: true });
  platformText(platform, out);
  return out.text;
}

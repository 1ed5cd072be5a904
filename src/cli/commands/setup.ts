import { Sections } from '../../outputs/table/sections.ts';
import { platformMarkdown, platformText } from '../../setup/platforms/platform-text.ts';
import type { Platform } from '../../setup/platforms/platform.ts';
import { findPlatform, PLATFORMS } from '../../setup/platforms/platforms.ts';
import { KnownError } from '../../util/errors.ts';
import { didYouMean } from '../../util/suggest.ts';
import type { ActionOf, InvocationOf } from '../flags/command-options.ts';
import { exitCode } from '../terminal/exit.ts';
import { columnText, jsonText } from '../terminal/listing.ts';
import { paintOf } from '../terminal/text-paint.ts';

/** `k8s-audit setup [PLATFORM]`: how to switch audit logging on. */
export const setupCommand: ActionOf<'setup'> = async (invocation) => {
  const { args, terminal } = invocation;
  const [name] = args;
  const text =
    name === undefined ? await listText(invocation) : await onePlatform(invocation, wanted(name));
  terminal.stdout.write(text);
  await terminal.stdout.drained();
  return exitCode('ok');
};

function wanted(name: string): Platform {
  const platform = findPlatform(name);
  if (platform !== undefined) return platform;
  const names = [...PLATFORMS.flatMap(({ id, aliases = [] }) => [id, ...aliases]), 'audit-policy'];
  throw new KnownError(
    'usage',
    `no platform is called '${name}'`,
    didYouMean(name, names) ?? 'k8s-audit setup lists them',
  );
}

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
      const head = ['NAME', 'PLATFORM', 'AUDIT LOG AT FIRST'];
      const next = [
        ['One platform, step by step', 'k8s-audit setup k3s'],
        ['The audit policy for the rules', 'k8s-audit setup audit-policy'],
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

// Room setup/platforms: how to turn on audit logging, platform by platform.
// Door: platforms.ts lists them, platform.ts says what one is, platform-text.ts shows it.
// Neighbours: plain texts; cli/commands/setup shows them.
// Inside: one file a sort of platform: managed, of further providers, own, local.

import { KnownError } from '../../util/errors.ts';
import { didYouMean } from '../../util/suggest.ts';
import { MANAGED_PLATFORMS } from './platforms-managed.ts';
import { LOCAL_PLATFORMS } from './platforms-local.ts';
import { PROVIDER_PLATFORMS } from './platforms-providers.ts';
import { OWN_PLATFORMS } from './platforms-own.ts';
import type { Platform } from './platform.ts';

/** Every platform that setup knows, in the order it lists them. */
export const PLATFORMS: readonly Platform[] = [
  ...OWN_PLATFORMS,
  ...LOCAL_PLATFORMS,
  ...MANAGED_PLATFORMS,
  ...PROVIDER_PLATFORMS,
];

/** A platform by its name or another name for it. */
function findPlatform(name: string): Platform | undefined {
  const wanted = name.toLowerCase();
  return PLATFORMS.find(({ id, aliases }) => id === wanted || aliases?.includes(wanted) === true);
}

/**
 * The platform that the user named.
 *
 * @throws KnownError when there is none of that name, with the nearest one
 */
export function wantedPlatform(name: string): Platform {
  const platform = findPlatform(name);
  if (platform !== undefined) return platform;
  const names = PLATFORMS.flatMap(({ id, aliases = [] }) => [id, ...aliases]);
  throw new KnownError(
    'usage',
    `no platform is called '${name}'`,
    didYouMean(name, [...names, 'audit-policy', 'webhook']) ?? 'k8s-audit setup lists them',
  );
}

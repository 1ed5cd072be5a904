import { MANAGED_PLATFORMS } from './platforms-managed.ts';
import { LOCAL_PLATFORMS } from './platforms-local.ts';
import { OWN_PLATFORMS } from './platforms-own.ts';
import type { Platform } from './platform.ts';

/** Every platform that setup knows, in the order it lists them. */
export const PLATFORMS: readonly Platform[] = [
  ...OWN_PLATFORMS,
  ...LOCAL_PLATFORMS,
  ...MANAGED_PLATFORMS,
];

/** A platform by its name or another name for it. */
export function findPlatform(name: string): Platform | undefined {
  const wanted = name.toLowerCase();
  return PLATFORMS.find(({ id, aliases }) => id === wanted || aliases?.includes(wanted) === true);
}

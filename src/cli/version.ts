import { readAsset } from './assets.ts';

/** The version in package.json. */
export function packageVersion(): string {
  const { version } = JSON.parse(readAsset('package.json')) as { version: string };
  return version;
}

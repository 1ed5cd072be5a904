/** Platforms of a release, in Node's names: `linux-x64`. */
export const PLATFORMS = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'win32-x64'];

/** Name of a release's archive; `platform` is Node's platform and architecture. Windows opens zip files itself. */
export function archiveName(version, platform) {
  return `k8s-audit-${version}-${platform}.${platform.startsWith('win32-') ? 'zip' : 'tar.gz'}`;
}

/** Name of a release's archive; `platform` is Node's platform and architecture, `linux-x64`. */
export function archiveName(version, platform) {
  return `k8s-audit-${version}-${platform}.tar.gz`;
}

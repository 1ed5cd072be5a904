/** Parts of a URL as they were written: placeholders are in capitals, which `URL` would lower. IPv6 without brackets. */
export function urlParts(url: string): {
  readonly isTls: boolean;
  readonly hostname: string;
  readonly port: string;
  readonly pathname: string;
} {
  const { protocol, hostname, port, pathname } = new URL(url);
  const isTls = protocol === 'https:';
  const written = url.slice(protocol.length + 2, protocol.length + 2 + hostname.length);
  return {
    isTls,
    hostname: written.replaceAll(/[[\]]/g, ''),
    port: port === '' ? (isTls ? '443' : '80') : port,
    pathname,
  };
}

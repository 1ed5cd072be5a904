import { KnownError } from '../util/errors.ts';

/** Where to listen. */
export interface ListenAddress {
  /** A name or address; undefined for all addresses of the machine. */
  readonly host: string | undefined;
  readonly port: number;
}

/** What protects the receiver. */
export interface Protection {
  readonly tls: boolean;
  readonly token: boolean;
  readonly clientCa: boolean;
  /** True when the user says that plain HTTP beyond this machine is wanted. */
  readonly plain: boolean;
}

/** Reads `127.0.0.1:9765`, `[::1]:9765`, `:9765` or `9765`. Undefined for anything else. */
export function parseListen(text: string): ListenAddress | undefined {
  const match = /^(?:(?<host>[^:[\]\s]*):|\[(?<six>[0-9a-f:.%]+)\]:)?(?<port>\d{1,5})$/i.exec(text);
  if (match === null) return undefined;
  const { host, six, port } = match.groups!;
  const number = Number(port);
  if (number > 65_535) return undefined;
  const name = six ?? (host === '' || host === '*' ? undefined : host);
  const bare = text === port ? '127.0.0.1' : name;
  return { host: bare, port: number };
}

/** Whether only programs on this machine can connect. */
export function isLoopback({ host }: ListenAddress): boolean {
  if (host === undefined) return false;
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

/**
 * Refuses to listen where others could read the log, or write to it, or where nobody could pass.
 *
 * @throws KnownError with the reason
 */
export function checkProtection(address: ListenAddress, protection: Protection): void {
  const { tls, token, clientCa, plain } = protection;
  if (clientCa && !tls) {
    throw new KnownError(
      'usage',
      '--client-ca needs --tls-cert and --tls-key: plain HTTP has no certificates',
    );
  }
  if (tls || isLoopback(address)) return;
  if (token) {
    throw new KnownError(
      'usage',
      'a token needs TLS beyond this machine: over plain HTTP anybody on the way reads it, and the API server sends ' +
        'no credentials at all',
      'give --tls-cert and --tls-key',
    );
  }
  if (!plain) {
    throw new KnownError(
      'usage',
      `${shown(address)} can be reached from other machines: audit events hold secrets, and anybody could send some`,
      'give --tls-cert and --tls-key, or --plain-http when something before it protects it',
    );
  }
}

/** An address as it stands in a URL. */
export function shown({ host, port }: ListenAddress): string {
  return `${host === undefined ? '' : host.includes(':') ? `[${host}]` : host}:${port}`;
}

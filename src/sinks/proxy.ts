import { isIP } from 'node:net';
import { networkTest } from '../util/address.ts';
import { KnownError } from '../util/errors.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy through which a URL is reached, as most programs take it from the environment: `HTTPS_PROXY` or `HTTP_PROXY` by
 * the scheme of the URL, unless it is on this machine or named by `NO_PROXY`.
 *
 * @throws KnownError when the variable names none that is understood
 */
export function proxyOf(url: URL, env: Environment): URL | undefined {
  const name = url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const text = valueOf(name, env);
  if (text === '' || isDirect(url, valueOf('NO_PROXY', env))) return undefined;
  const full = text.includes('://') ? text : `http://${text}`;
  const proxy = URL.canParse(full) ? new URL(full) : undefined;
  if (proxy !== undefined && ['http:', 'https:'].includes(proxy.protocol)) return proxy;
  // It may hold a password.
  throw new KnownError(
    'usage',
    `the variable ${name} names no proxy that is understood`,
    'it is like http://proxy:3128; NO_PROXY names hosts that are reached without',
  );
}

/** A host as sockets take it: an address of IPv6 has brackets in URLs only. */
export function bareHost({ hostname }: URL): string {
  return hostname.replaceAll(/^\[|\]$/g, '');
}

function valueOf(name: string, env: Environment): string {
  return (env[name] || env[name.toLowerCase()] || '').trim();
}

/** Whether a host is reached without a proxy. */
function isDirect(url: URL, except: string): boolean {
  const host = bareHost(url).toLowerCase();
  if (host === 'localhost' || isIn(host, ['127.0.0.0/8', '::1/128'])) return true;
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  const entries = except.toLowerCase().split(/[\s,]+/);
  return entries.some((entry) => {
    if (entry === '*') return true;
    const [, six, name, wanted] = /^(?:\[(.*)\]|([^:]*))(?::(\d+))?$/.exec(entry) ?? [];
    if (wanted !== undefined && wanted !== port) return false;
    const named = six ?? name ?? entry;
    if (named === '') return false;
    if (isIP(named.split('/', 1)[0]!) !== 0) return isIn(host, [named]);
    const suffix = named.replace(/^\*?\./, '');
    return host.endsWith(`.${suffix}`) || (host === suffix && suffix === named);
  });
}

/** Whether a host is an address in one of these networks; an address is a network of its own. */
function isIn(host: string, networks: readonly string[]): boolean {
  return networks.some((network) => networkTest(network)?.(host) === true);
}

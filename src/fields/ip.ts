import type { AuditEvent } from '../events/event.ts';
import { parseIpv4, parseIpv6 } from '../util/address.ts';
import { isListed } from '../util/ip-ranges.ts';
import type { BoundField, IpList } from './field.ts';

/** Whether a text is an address of IPv6. */
export function isIpv6(text: string): boolean {
  return parseIpv6(text) !== undefined;
}

/**
 * Whether an address is outside the ranges for private use: RFC 1918, loopback, link-local, shared
 * (RFC 6598), unique local (RFC 4193) and unspecified. An IPv4 address mapped into IPv6 counts as
 * IPv4; a zone (`%eth0`) is dropped.
 *
 * @returns undefined when the text is no IP address
 */
export function isPublicAddress(text: string): boolean | undefined {
  const v4 = parseIpv4(text);
  if (v4 !== undefined) return isPublicIpv4(v4);
  const zone = text.indexOf('%');
  const groups = parseIpv6(zone === -1 ? text : text.slice(0, zone));
  if (groups === undefined) return undefined;
  const first = groups[0]!;
  if (groups.slice(0, 5).every((group) => group === 0)) {
    const [, , , , , sixth, high, low] = groups as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    if (sixth === 0xffff) return isPublicIpv4([high >> 8, high & 0xff, low >> 8, low & 0xff]);
    if (sixth === 0 && high === 0 && low <= 1) return false;
  }
  return (first & 0xffc0) !== 0xfe80 && (first & 0xfe00) !== 0xfc00;
}

function isPublicIpv4(bytes: readonly number[]): boolean {
  const [a, b] = bytes as [number, number];
  if (a === 10 || a === 127) return false;
  if (a === 172 && b >= 16 && b <= 31) return false;
  if ((a === 192 && b === 168) || (a === 169 && b === 254)) return false;
  if (a === 100 && b >= 64 && b <= 127) return false;
  return bytes.some((byte) => byte !== 0);
}

/** Addresses of an event that are looked up. Proxies add one each; more come from nobody but an attacker. */
const MOST_ADDRESSES = 64;

/**
 * The lists that hold one of the source addresses of an event. All addresses count: the first ones come from headers
 * that a client can write, but who forges one to be on a list gains nothing by it.
 */
export function sourceIpLists(lists: readonly IpList[]): BoundField {
  if (lists.length === 0) return { read: () => undefined, isFixed: true };
  return {
    reads: ['sourceIPs'],
    read(event) {
      const addresses = addressesOf(event);
      const names = lists
        .filter(({ ranges }) => addresses.some((address) => isListed(ranges, address)))
        .map(({ name }) => name);
      return names.length === 0 ? undefined : [...new Set(names)];
    },
  };
}

/** The last addresses: those are of the peers nearest to the API server. */
function addressesOf(event: AuditEvent): string[] {
  const addresses = event.get(['sourceIPs']);
  if (!Array.isArray(addresses)) return [];
  return addresses.slice(-MOST_ADDRESSES).filter((address) => typeof address === 'string');
}

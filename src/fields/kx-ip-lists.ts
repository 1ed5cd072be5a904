import type { AuditEvent } from '../events/event.ts';
import { isListed } from '../util/ip-ranges.ts';
import type { BoundField, IpList } from './field.ts';

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

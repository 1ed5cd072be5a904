/** The four bytes of a dotted IPv4 address; undefined when the text is none. */
export function parseIpv4(text: string): number[] | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (match === null) return undefined;
  const parts = match.slice(1);
  if (parts.some((part) => Number(part) > 255 || (part.length > 1 && part.startsWith('0')))) {
    return undefined;
  }
  return parts.map(Number);
}

/** The eight groups of an IPv6 address without zone; undefined when the text is none. */
export function parseIpv6(text: string): number[] | undefined {
  const halves = text.split('::');
  if (halves.length > 2 || !text.includes(':')) return undefined;
  const groups = halves.map((half, at) => parseGroups(half, at === halves.length - 1));
  const [head, tail] = groups;
  if (head === undefined || groups.includes(undefined)) return undefined;
  if (tail === undefined) return head.length === 8 ? head : undefined;
  const zeros = 8 - head.length - tail.length;
  return zeros < 1 ? undefined : [...head, ...Array<number>(zeros).fill(0), ...tail];
}

function parseGroups(text: string, last: boolean): number[] | undefined {
  if (text === '') return [];
  const parts = text.split(':');
  if (parts.length > 8) return undefined;
  const groups: number[] = [];
  for (const [at, part] of parts.entries()) {
    const v4 = last && at === parts.length - 1 ? parseIpv4(part) : undefined;
    if (v4 !== undefined) {
      groups.push(v4[0]! * 256 + v4[1]!, v4[2]! * 256 + v4[3]!);
    } else if (/^[0-9A-Fa-f]{1,4}$/.test(part)) {
      groups.push(Number.parseInt(part, 16));
    } else {
      return undefined;
    }
  }
  return groups;
}

/** A network: the bytes of its address, four or sixteen, and how many bits of them count. */
interface Network {
  readonly bytes: readonly number[];
  readonly bits: number;
}

/** Reads `198.51.100.0/24` or `2001:db8::/32`; an address alone is a network of one. Undefined for other texts. */
function parseNetwork(text: string): Network | undefined {
  const slash = text.indexOf('/');
  const bytes = addressBytes(slash === -1 ? text : text.slice(0, slash));
  if (bytes === undefined) return undefined;
  const most = 8 * bytes.length;
  if (slash === -1) return { bytes, bits: most };
  const length = text.slice(slash + 1);
  const bits = /^\d{1,3}$/.test(length) ? Number(length) : Infinity;
  return bits <= most ? { bytes, bits } : undefined;
}

/** True for a network in CIDR notation, such as `10.0.0.0/8`. */
export function isNetwork(text: string): boolean {
  return text.includes('/') && parseNetwork(text) !== undefined;
}

/** A test whether an address is in a network; undefined when the text names none. */
export function networkTest(network: string): ((address: string) => boolean) | undefined {
  const parsed = parseNetwork(network);
  if (parsed === undefined) return undefined;
  const { bytes, bits } = parsed;
  return (address) => {
    const other = addressBytes(address);
    if (other?.length !== bytes.length) return false;
    return bytes.every((byte, at) => {
      const shift = Math.min(8, Math.max(0, 8 * (at + 1) - bits));
      return byte >> shift === other[at]! >> shift;
    });
  };
}

/** The network an address is usually in: /24 of IPv4, /48 of IPv6. Undefined for what is no address. */
export function networkOf(address: string): string | undefined {
  const bytes = addressBytes(address);
  if (bytes === undefined) return undefined;
  if (bytes.length === 4) return `${bytes.slice(0, 3).join('.')}.0/24`;
  const groups = [0, 2, 4].map((at) => ((bytes[at]! << 8) | bytes[at + 1]!).toString(16));
  return `${groups.join(':')}::/48`;
}

/** The bytes of an address without its zone; one of IPv4 mapped into IPv6 has four. */
function addressBytes(text: string): number[] | undefined {
  const v4 = parseIpv4(text);
  if (v4 !== undefined) return v4;
  const groups = parseIpv6(text.split('%', 1)[0]!);
  const bytes = groups?.flatMap((group) => [group >> 8, group & 0xff]);
  const isMapped = groups?.slice(0, 5).every((group) => group === 0) === true;
  return isMapped && groups?.[5] === 0xffff ? bytes?.slice(12) : bytes;
}

/**
 * The address as words of 32 bits, most significant first: one for IPv4, also when it is mapped into IPv6, else four. A
 * zone (`%eth0`) is dropped.
 *
 * @returns undefined when the text is no IP address
 */
export function parseAddress(text: string): number[] | undefined {
  const bytes = addressBytes(text);
  const words = bytes && Array.from({ length: bytes.length / 4 }, (_, i) => bytes.slice(i * 4));
  return words?.map(([a, b, c, d]) => ((a! << 24) | (b! << 16) | (c! << 8) | d!) >>> 0);
}

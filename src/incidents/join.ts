import { compareTime, correlatedPlaces, type Entry } from './incident-entry.ts';
import { identityOf, proxiesOf, type Identity } from './user-kind.ts';
import { keysOf, type Key } from './keys.ts';
import { LINKS, windowOf, type LinkName } from './links.ts';

/** Why two entries are in one story. */
export interface Edge {
  readonly from: number;
  readonly to: number;
  readonly link: LinkName;
  readonly text: string;
}

/** Entries in order of time, and which of them belong together. */
export interface Joined {
  readonly entries: readonly Entry[];
  readonly identities: readonly Identity[];
  /** Indexes of the entries of each story, in order of time; stories in order of their first. */
  readonly stories: readonly (readonly number[])[];
  /** Of each entry the best reason for which it is in its story: to an earlier one, where there is one. */
  readonly reasons: readonly (Edge | undefined)[];
}

/** More users of one object have nothing in common but that it is popular. */
const MANY_USERS = 5;
/** More users of one address are behind a gateway. */
const MANY_AT_ADDRESS = 3;
/** An object is used after it was made; or a little before, since requests are logged when they end. */
const SLACK = 1_000_000_000n;

interface Member {
  readonly index: number;
  readonly time: bigint;
  readonly key: Key;
}

/**
 * Joins findings that a link of the table joins, directly or over others. The result does not depend on the order in
 * which they are given.
 *
 * @param pause longest pause of one actor, nanoseconds
 */
export function join(given: readonly Entry[], pause: bigint): Joined {
  const entries = given.toSorted(compareTime);
  const proxies = proxiesOf(entries);
  const identities = entries.map((entry) => identityOf(entry, proxies));
  const places = new Set(entries.flatMap(({ finding }) => correlatedPlaces(finding)));
  const telling = tellingAddresses(entries, identities);
  const groups = new Map<string, Member[]>();
  for (const [index, entry] of entries.entries()) {
    const { time, origin, subject } = entry.finding;
    const address = JSON.stringify([origin.cluster ?? '', subject.sourceIp ?? '']);
    const identity = identities[index]!;
    const isInPod = identity.kind === 'account' && entry.facts.pod !== undefined;
    const isAddressTelling = telling.has(address) && !isInPod;
    for (const key of keysOf({ entry, identity, isAddressTelling, places })) {
      const name = `${key.link} ${key.key}`;
      const member = { index, time: key.role === 'source' ? time - SLACK : time, key };
      const group = groups.get(name);
      if (group === undefined) groups.set(name, [member]);
      else group.push(member);
    }
  }
  const sets = new Sets(entries.length);
  const edges: Edge[] = [];
  for (const members of groups.values()) {
    if (members.length < 2) continue;
    const [{ key }] = members as [Member, ...Member[]];
    const window = windowOf(key.link, pause);
    const found =
      key.role === 'same'
        ? sameEdges(members, window)
        : key.link === 'object' && isPopular(members, identities)
          ? []
          : useEdges(members, window);
    for (const edge of found) {
      sets.unite(edge.from, edge.to);
      edges.push(edge);
    }
  }
  return { entries, identities, stories: sets.all(), reasons: reasonsOf(entries.length, edges) };
}

/** Public addresses at which an account from outside of pods is, and so few others that it is no gateway. */
function tellingAddresses(
  entries: readonly Entry[],
  identities: readonly Identity[],
): ReadonlySet<string> {
  const users = new Map<string, Map<string, Identity['kind']>>();
  for (const [index, { finding, facts }] of entries.entries()) {
    const { kind, name } = identities[index]!;
    if (!facts.isOutside || kind === 'system' || kind === 'anonymous') continue;
    const key = JSON.stringify([finding.origin.cluster ?? '', finding.subject.sourceIp ?? '']);
    let known = users.get(key);
    if (known === undefined) users.set(key, (known = new Map()));
    if (known.size <= MANY_AT_ADDRESS) known.set(name, kind);
  }
  const telling = [...users].filter(([, known]) => {
    const accounts = [...known.values()].filter((kind) => kind === 'account').length;
    return known.size <= MANY_AT_ADDRESS && accounts > 0 && known.size - accounts <= 1;
  });
  return new Set(telling.map(([key]) => key));
}

function isPopular(members: readonly Member[], identities: readonly Identity[]): boolean {
  const users = members.filter(({ key }) => key.role === 'use');
  return new Set(users.map(({ index }) => identities[index]!.name)).size > MANY_USERS;
}

/** Each with the next, if that is near enough. */
function sameEdges(members: readonly Member[], window: bigint): Edge[] {
  const edges: Edge[] = [];
  for (let i = 1; i < members.length; i++) {
    const [before, member] = [members[i - 1]!, members[i]!];
    if (member.time - before.time <= window) edges.push(edgeOf(before, member));
  }
  return edges;
}

/** Each use with what was made before, if that is near enough. */
function useEdges(members: readonly Member[], window: bigint): Edge[] {
  const ordered = members.toSorted((a, b) => {
    if (a.time !== b.time) return a.time < b.time ? -1 : 1;
    // What is made goes before what uses it at that time.
    return Number(a.key.role === 'use') - Number(b.key.role === 'use') || a.index - b.index;
  });
  const edges: Edge[] = [];
  let sources: Member[] = [];
  for (const member of ordered) {
    if (member.key.role === 'source') {
      sources.push(member);
      continue;
    }
    sources = sources.filter(({ time }) => member.time - time <= window);
    for (const source of sources) {
      if (source.index !== member.index) edges.push(edgeOf(source, member));
    }
    // What is joined by now stays so: the latest of them stands for all.
    sources = sources.slice(-1);
  }
  return edges;
}

function edgeOf(from: Member, to: Member): Edge {
  const { link, text } = to.key;
  return from.index < to.index
    ? { from: from.index, to: to.index, link, text }
    : { from: to.index, to: from.index, link, text };
}

/** The strongest edge to an earlier entry, the nearest of equals; without one, to a later. */
function reasonsOf(count: number, edges: readonly Edge[]): (Edge | undefined)[] {
  const back: (Edge | undefined)[] = Array.from({ length: count });
  const ahead: (Edge | undefined)[] = Array.from({ length: count });
  for (const edge of edges) {
    const { from, to } = edge;
    if (isBetter(edge, back[to], edge.from - (back[to]?.from ?? 0))) back[to] = edge;
    if (isBetter(edge, ahead[from], (ahead[from]?.to ?? 0) - edge.to)) ahead[from] = edge;
  }
  return back.map((edge, at) => edge ?? ahead[at]);
}

function isBetter(edge: Edge, other: Edge | undefined, nearer: number): boolean {
  if (other === undefined) return true;
  const stronger = LINKS[edge.link].strength - LINKS[other.link].strength;
  if (stronger !== 0) return stronger > 0;
  if (nearer !== 0) return nearer > 0;
  return edge.link === other.link ? edge.text < other.text : edge.link < other.link;
}

/** Sets that are united: union-find, in which the earliest of a set stands for it. */
class Sets {
  readonly #parents: number[];

  constructor(count: number) {
    this.#parents = Array.from({ length: count }, (_, index) => index);
  }

  unite(a: number, b: number): void {
    const [first, second] = [this.#find(a), this.#find(b)];
    if (first < second) this.#parents[second] = first;
    else this.#parents[first] = second;
  }

  all(): number[][] {
    const sets = new Map<number, number[]>();
    for (let index = 0; index < this.#parents.length; index++) {
      const root = this.#find(index);
      const set = sets.get(root);
      if (set === undefined) sets.set(root, [index]);
      else set.push(index);
    }
    return [...sets.values()];
  }

  #find(index: number): number {
    const parents = this.#parents;
    let root = index;
    while (parents[root] !== root) root = parents[root]!;
    for (let at = index; at !== root;) {
      const next = parents[at]!;
      parents[at] = root;
      at = next;
    }
    return root;
  }
}

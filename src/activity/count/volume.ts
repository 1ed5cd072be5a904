import type { AuditEvent } from '../../events/event.ts';
import { byteLength } from '../../util/bytes.ts';
import { noiseKind, type NoiseKind } from '../noise.ts';
import { requestOf, requestResource, requestUser, type Request } from '../request.ts';

/** Different values remembered of each kind; attackers choose how many there are. */
const CAPACITY = 2000;

/** What a log is counted by. */
export const VOLUME_KEYS = ['user', 'resource', 'verb', 'level'] as const;

export type VolumeKey = (typeof VOLUME_KEYS)[number];

/** Events of one kind, and the bytes of their JSON. */
export interface Volume {
  readonly value: string;
  readonly events: number;
  readonly bytes: number;
}

/** Requests that are alike for an audit policy. Texts are untrusted. */
export interface RequestVolume extends Volume {
  readonly user: string;
  readonly isNode: boolean;
  readonly verb: string;
  readonly level: string;
  readonly apiGroup: string;
  /** `pods/exec`; undefined for URLs that are no resources. */
  readonly resource: string | undefined;
  /** First part of the path of such a URL: `/healthz`. */
  readonly path: string;
  /** Why clusters make such requests all day; undefined for others. */
  readonly noise: NoiseKind | undefined;
}

/** Sums in bounded memory: when there are too many values, the smaller half is forgotten. */
class Sums<T extends Volume> {
  #sums = new Map<string, T>();
  #forgotten = false;

  add(key: string, bytes: number, first: () => T): void {
    const known = this.#sums.get(key);
    if (known === undefined && this.#sums.size >= 2 * CAPACITY) {
      this.#sums = new Map(this.#entries().slice(0, CAPACITY));
      this.#forgotten = true;
    }
    const { events, bytes: before } = known ?? { events: 0, bytes: 0 };
    this.#sums.set(key, { ...(known ?? first()), events: events + 1, bytes: before + bytes });
  }

  get forgotten(): boolean {
    return this.#forgotten;
  }

  get size(): number {
    return this.#sums.size;
  }

  /** The largest first, then by name. */
  top(limit = Infinity): T[] {
    return this.#entries()
      .slice(0, limit)
      .map(([, sum]) => sum);
  }

  #entries(): [string, T][] {
    return [...this.#sums].toSorted(
      ([a, x], [b, y]) => y.bytes - x.bytes || (a < b ? -1 : Number(a > b)),
    );
  }
}

/** Counts what makes a log large. */
export class VolumeCounter {
  readonly by: Readonly<Record<VolumeKey, Sums<Volume>>> = {
    user: new Sums(),
    resource: new Sums(),
    verb: new Sums(),
    level: new Sums(),
  };
  readonly requests = new Sums<RequestVolume>();
  events = 0;
  bytes = 0;

  add(event: AuditEvent): void {
    const request = requestOf(event);
    const bytes = byteLength(event.json);
    this.events++;
    this.bytes += bytes;
    const values: Readonly<Record<VolumeKey, string>> = {
      user: requestUser(request) || '(none)',
      resource: resourceOf(request) ?? pathStart(request.uri),
      verb: request.verb ?? '(none)',
      level: request.level ?? '(none)',
    };
    for (const key of VOLUME_KEYS) {
      const value = values[key];
      this.by[key].add(value, bytes, () => ({ value, events: 0, bytes: 0 }));
    }
    this.#addRequest(request, bytes);
  }

  /** True when values were forgotten: sums are lower bounds then. */
  get forgotten(): boolean {
    return VOLUME_KEYS.some((key) => this.by[key].forgotten) || this.requests.forgotten;
  }

  #addRequest(request: Request, bytes: number): void {
    const { user = '', verb = '', level = '', apiGroup = '' } = request;
    const noise = noiseKind(request);
    const resource = resourceOf(request);
    const path = resource === undefined ? pathStart(request.uri) : '';
    const isNode = user.startsWith('system:node:');
    const parts = [isNode ? 'nodes' : user, verb, level, apiGroup, resource ?? path, noise ?? ''];
    const value = `${isNode ? 'kubelets' : user} ${verb} ${resource ?? path}`;
    this.requests.add(parts.join('\0'), bytes, () => ({
      value,
      events: 0,
      bytes: 0,
      user,
      isNode,
      verb,
      level,
      apiGroup,
      resource,
      path,
      noise,
    }));
  }
}

function resourceOf(request: Request): string | undefined {
  return request.resource === undefined ? undefined : requestResource(request);
}

/** The first part of a path: a URL may hold anything behind it. */
function pathStart(uri = ''): string {
  return /^\/[^/?]*/.exec(uri)?.[0].slice(0, 64) ?? '(none)';
}

import type { AuditEvent } from '../events/event.ts';
import { queryValues } from '../fields/uri.ts';
import { isLevel, higher, type Level } from './levels.ts';

/** Sorts of requests counted one by one; clients choose what they ask for. */
const MAX_SORTS = 5000;
const MAX_GAPS = 200;
/** In place of the stage of events that have none. */
export const NO_STAGE = '(none)';
/** A gap is a pause this many times longer than the usual one between two events, and at least a minute. */
const GAP_FACTOR = 200n;
const MINUTE = 60_000_000_000n;

/** Counts of the requests of one sort in a log. */
export interface Seen {
  readonly group: string;
  readonly resource: string | undefined;
  readonly subresource: string | undefined;
  readonly verb: string;
  count: number;
  level: Level;
  readonly stages: Set<string>;
}

/** A pause in an input without any event; nanoseconds since the epoch. */
export interface Gap {
  readonly file: string;
  readonly from: bigint;
  readonly to: bigint;
}

/** Number of events that have each part which some logs lack. */
export interface Evidence {
  denied: number;
  reads: number;
  decisions: number;
  sourceIps: number;
  groups: number;
  codes: number;
  sessions: number;
  sessionsWithCommand: number;
  truncated: number;
  withoutLevel: number;
}

/** Takes stock of a log, in bounded memory. */
export class Census {
  readonly seen = new Map<string, Seen>();
  readonly stages = new Map<string, number>();
  readonly levels = new Map<string, number>();
  readonly evidence: Evidence = {
    denied: 0,
    reads: 0,
    decisions: 0,
    sourceIps: 0,
    groups: 0,
    codes: 0,
    sessions: 0,
    sessionsWithCommand: 0,
    truncated: 0,
    withoutLevel: 0,
  };
  events = 0;
  others = 0;
  #file = '';
  #last = 0n;
  #steps = 0n;
  #sum = 0n;
  #pauses: Gap[] = [];

  add(event: AuditEvent): void {
    this.events++;
    const stage = event.text(['stage']) ?? NO_STAGE;
    const level = event.text(['level']) ?? '';
    count(this.stages, stage);
    count(this.levels, level === '' ? '(none)' : level);
    if (!isLevel(level)) this.evidence.withoutLevel++;
    // Rules take an event without a stage for the end of its request.
    const ends = stage === NO_STAGE ? 'ResponseComplete' : stage;
    this.#sort(event, ends, isLevel(level) ? level : 'Metadata');
    this.#evidence(event);
    this.#time(event);
  }

  /** Pauses that stand out, longest first. */
  gaps(): Gap[] {
    if (this.#steps === 0n) return [];
    const usual = this.#sum / this.#steps;
    const least = usual * GAP_FACTOR > MINUTE ? usual * GAP_FACTOR : MINUTE;
    return this.#pauses
      .filter(({ from, to }) => to - from >= least)
      .toSorted((a, b) => Number(b.to - b.from - (a.to - a.from)));
  }

  #sort(event: AuditEvent, stage: string, level: Level): void {
    const group = event.text(['objectRef', 'apiGroup']) ?? '';
    const resource = event.text(['objectRef', 'resource']);
    const subresource = event.text(['objectRef', 'subresource']) || undefined;
    const verb = event.text(['verb']) ?? '';
    const key = seenKey(group, resource, subresource, verb);
    let entry = this.seen.get(key);
    if (entry === undefined) {
      if (this.seen.size >= MAX_SORTS) {
        this.others++;
        return;
      }
      entry = { group, resource, subresource, verb, count: 0, level: 'None', stages: new Set() };
      this.seen.set(key, entry);
    }
    entry.count++;
    entry.level = higher(entry.level, level);
    if (entry.stages.size < 8) entry.stages.add(stage);
  }

  #evidence(event: AuditEvent): void {
    const { evidence } = this;
    const code = event.get(['responseStatus', 'code']);
    if (code !== undefined) evidence.codes++;
    if (code === 401 || code === 403) evidence.denied++;
    const verb = event.get(['verb']);
    if (verb === 'get' || verb === 'list') evidence.reads++;
    if (event.get(['annotations', 'authorization.k8s.io/decision']) !== undefined)
      evidence.decisions++;
    if (event.get(['annotations', 'audit.k8s.io/truncated']) !== undefined) evidence.truncated++;
    if (event.get(['sourceIPs', '0']) !== undefined) evidence.sourceIps++;
    if (event.get(['user', 'groups', '0']) !== undefined) evidence.groups++;
    if (event.get(['objectRef', 'subresource']) === 'exec') {
      evidence.sessions++;
      const command = queryValues(event.text(['requestURI']) ?? '', 'command');
      if ((command?.length ?? 0) > 0) evidence.sessionsWithCommand++;
    }
  }

  #time({ time, origin }: AuditEvent): void {
    if (time === 0n) return;
    if (origin.file !== this.#file) {
      this.#file = origin.file;
      this.#last = time;
      return;
    }
    // Events of one file are nearly in order: what comes late is no pause.
    if (time <= this.#last) return;
    const step = time - this.#last;
    this.#steps++;
    this.#sum += step;
    if (step >= MINUTE) this.#pause({ file: origin.file, from: this.#last, to: time });
    this.#last = time;
  }

  /** Adds a pause; only the longest ones are kept. */
  #pause(gap: Gap): void {
    this.#pauses.push(gap);
    if (this.#pauses.length < 2 * MAX_GAPS) return;
    this.#pauses = this.#pauses
      .toSorted((a, b) => Number(b.to - b.from - (a.to - a.from)))
      .slice(0, MAX_GAPS);
  }
}

/** The key of a kind of request. A request without a resource has no group either. */
export function seenKey(
  group: string,
  resource: string | undefined,
  subresource: string | undefined,
  verb: string,
): string {
  return JSON.stringify([
    resource === undefined ? '' : group,
    resource ?? '',
    subresource ?? '',
    verb,
  ]);
}

function count(counts: Map<string, number>, value: string): void {
  if (!counts.has(value) && counts.size >= 20) return;
  counts.set(value, (counts.get(value) ?? 0) + 1);
}

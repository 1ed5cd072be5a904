import type { AuditEvent } from '../events/event.ts';
import {
  bounded,
  glimpseOf,
  isEarlyStage,
  isLastStage,
  requestOf,
  type Request,
} from './request.ts';

/** Most requests that may wait for their last stage. Watches and exec sessions stay open for hours. */
const MAX_OPEN = 50_000;
/** Finished requests that are remembered, so that copies and late stages are not counted twice. */
const MAX_DONE = 50_000;

const AUDIT_ID = ['auditID'];
const STAGE = ['stage'];
const RECEIVED = ['requestReceivedTimestamp'];

interface FolderOptions {
  readonly maxOpen?: number | undefined;
  readonly read?: (event: AuditEvent) => Request;
}

/** Takes a request once. The event is its last stage; undefined when none was seen. */
export type RequestSink = (request: Request, event: AuditEvent | undefined) => void;

/**
 * Folds the stages of a request into one. A request is handed over at its last stage, or at the end when
 * that never comes. Memory is bounded: when too many are open, the oldest are handed over as they are.
 */
export class StageFolder {
  readonly #emit: RequestSink;
  readonly #maxOpen: number;
  readonly #read: (event: AuditEvent) => Request;
  readonly #open = new Map<string, Request>();
  #done = new Set<string>();
  #older = new Set<string>();
  #evicted = 0;
  #repeated = 0;

  /**
   * @param read makes the request of an event that is its last stage: {@link glimpseOf} when the sink does not keep
   *   it
   */
  constructor(emit: RequestSink, { maxOpen = MAX_OPEN, read = requestOf }: FolderOptions = {}) {
    this.#emit = emit;
    this.#maxOpen = maxOpen;
    this.#read = read;
  }

  add(event: AuditEvent): void {
    const stage = event.text(STAGE);
    const early = isEarlyStage(stage);
    const key = early || isLastStage(stage) ? requestKey(event) : undefined;
    if (key === undefined) {
      this.#emit(this.#read(event), event);
      return;
    }
    if (this.#done.has(key) || this.#older.has(key)) {
      if (!early) this.#repeated++;
      return;
    }
    const earlier = this.#open.get(key);
    if (early) {
      const request = requestOf(event);
      this.#open.set(key, earlier === undefined ? request : later(earlier, request));
      if (this.#open.size > this.#maxOpen) this.#evict();
      return;
    }
    this.#open.delete(key);
    this.#finish(key);
    const request = earlier === undefined ? this.#read(event) : later(earlier, requestOf(event));
    this.#emit(request, event);
  }

  /** Hands over the requests that are still open. */
  end(): void {
    for (const request of this.#open.values()) this.#emit(request, undefined);
    this.#open.clear();
  }

  /** Requests handed over as open because too many were; their end is not shown. */
  get evicted(): number {
    return this.#evicted;
  }

  /** Copies of last stages that were left out. */
  get repeated(): number {
    return this.#repeated;
  }

  #evict(): void {
    for (const [key, request] of this.#open) {
      this.#open.delete(key);
      this.#finish(key);
      this.#evicted++;
      this.#emit(request, undefined);
      return;
    }
  }

  /** Two generations: forgetting the older one costs nothing per request. */
  #finish(key: string): void {
    this.#done.add(key);
    if (this.#done.size < MAX_DONE) return;
    this.#older = this.#done;
    this.#done = new Set();
  }
}

/** Merges two stages of a request; values of the later stage win. */
function later(earlier: Request, request: Request): Request {
  const [first, last] = isEarlyStage(earlier.stage) ? [earlier, request] : [request, earlier];
  return { ...last, started: last.started ?? first.started, origin: first.origin };
}

/**
 * A key that the stages of one request share. The audit ID alone is not enough: a client may send its own
 * (header Audit-ID) and use it again, and would hide requests that way.
 */
function requestKey(event: AuditEvent): string | undefined {
  const auditId = event.text(AUDIT_ID);
  if (auditId === undefined) return undefined;
  const rest = event.text(RECEIVED) ?? whatOf(glimpseOf(event));
  return bounded(`${auditId} ${rest}`, 512);
}

function whatOf({ verb, uri, user }: Request): string {
  return `${verb} ${uri} ${user}`;
}

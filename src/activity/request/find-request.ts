// Room activity/request: one request: how to find it, its page, its session, and why rules matched.
// Door: find-request.ts, request-page.ts, request-list.ts, sessions.ts; each imported by name.
// Neighbours: uses ../request.ts and count; identity/ and object/ list requests with it.
// Inside: explain-rule.ts evaluates each part of a condition on the event.

import type { AuditEvent } from '../../events/event.ts';
import { keptEvent } from '../../events/parsed-event.ts';
import { bounded, requestOf, type Request } from '../request.ts';
import { StageFolder } from '../stages.ts';

/** Most events kept of one audit ID, because a client may send the same ID any number of times. */
const MAX_EVENTS = 20;
const MAX_IDS = 10;
/** Requests shown before and after, and users remembered for those before. */
const NEIGHBOURS = 5;
const MAX_USERS = 2000;
const USER = ['user', 'username'];

/**
 * Finds the events of one audit ID, and the same user's requests before and after; one pass, bounded memory.
 */
export class RequestFinder {
  readonly events: AuditEvent[] = [];
  readonly before: Request[] = [];
  readonly after: Request[] = [];
  readonly #id: string;
  readonly #ids = new Set<string>();
  readonly #recent = new Map<string, Request[]>();
  readonly #folder: StageFolder;
  #user: string | undefined;
  #found = false;
  #more = 0;

  /** @param id an audit ID, or its start */
  constructor(id: string) {
    this.#id = id;
    this.#folder = new StageFolder((request) => this.#around(request));
  }

  add(event: AuditEvent): void {
    const id = event.text(['auditID']);
    const isAsked = id?.startsWith(this.#id) === true;
    if (isAsked) this.#take(id, event);
    if (isAsked || this.#mayBeNear(event)) this.#folder.add(event);
  }

  end(): void {
    this.#folder.end();
  }

  /** The audit IDs that begin with the text; at most ten. */
  get ids(): readonly string[] {
    return [...this.#ids];
  }

  /** Further events of the ID that were not kept. */
  get more(): number {
    return this.#more;
  }

  #take(id: string, event: AuditEvent): void {
    if (this.#ids.size < MAX_IDS) this.#ids.add(id);
    // A text that is an ID as a whole means that one.
    if (id === this.#id && this.events[0]?.text(['auditID']) !== id) this.events.length = 0;
    const current = this.events[0]?.text(['auditID']);
    if (current !== undefined && current !== id) return;
    if (this.events.length >= MAX_EVENTS) {
      this.#more++;
      return;
    }
    this.events.push(keptEvent(event));
    if (this.events.length > 1) return;
    this.#user = requestOf(event).user;
    this.#found = true;
    this.before.splice(0, Infinity, ...(this.#recent.get(this.#user ?? '') ?? []));
    this.after.length = 0;
  }

  /** False for an event that certainly is no neighbour of the request that was found. */
  #mayBeNear(event: AuditEvent): boolean {
    if (!this.#found) return true;
    return this.after.length < NEIGHBOURS && bounded(event.text(USER)) === this.#user;
  }

  #around(request: Request): void {
    const user = request.user ?? '';
    const own = this.events[0]?.text(['auditID']);
    if (this.#found) {
      if (user !== (this.#user ?? '') || request.auditId === own) return;
      if (this.after.length < NEIGHBOURS) this.after.push(request);
      return;
    }
    const recent = this.#recent.get(user) ?? [];
    recent.push(request);
    if (recent.length > NEIGHBOURS) recent.shift();
    this.#recent.delete(user);
    this.#recent.set(user, recent);
    if (this.#recent.size <= MAX_USERS) return;
    for (const oldest of this.#recent.keys()) {
      this.#recent.delete(oldest);
      return;
    }
  }
}

import { stringMember } from '../json/value.ts';
import type { JsonObject } from '../json/value.ts';

/** Events remembered; a duplicate further apart than this is not noticed. About 25 MB. */
export const REMEMBERED_EVENTS = 200_000;

/**
 * Finds events that were read before, as from several collectors of one API server.
 *
 * The key is auditID, stage and stageTimestamp: clients choose the auditID of their requests
 * (header Audit-ID), so that alone would let an attacker pass an event off as a duplicate.
 */
export class DuplicateFilter {
  readonly #half: number;
  #recent = new Set<string>();
  #older = new Set<string>();

  /** @param limit most events to remember */
  constructor(limit: number = REMEMBERED_EVENTS) {
    this.#half = Math.max(1, Math.floor(limit / 2));
  }

  /** True when an event with the same key was seen; events without auditID are never duplicates. */
  seen(event: JsonObject): boolean {
    const id = stringMember(event, 'auditID');
    if (id === undefined || id === '') return false;
    const stage = stringMember(event, 'stage') ?? '';
    const time = stringMember(event, 'stageTimestamp') ?? '';
    // The lengths keep the texts apart, whatever they hold.
    const key = `${id.length} ${stage.length} ${id}${stage}${time}`;
    if (this.#recent.has(key) || this.#older.has(key)) return true;
    if (this.#recent.size >= this.#half) {
      this.#older = this.#recent;
      this.#recent = new Set();
    }
    this.#recent.add(key);
    return false;
  }
}

import type { Condition } from '../condition/condition.ts';
import type { AuditEvent } from '../events/event.ts';
import type { JsonValue } from '../json/value.ts';
import { BODIES } from './evidence.ts';

/** Wraps an event and notes which lost part a field asks for, so that no table of such fields is needed. */
export class EvidenceWatch implements AuditEvent {
  asked: string | undefined;
  readonly #event: AuditEvent;
  readonly #isPart: boolean;
  readonly #partAt: (path: readonly string[]) => string | undefined;
  /** The lost part that left an atom open. */
  readonly #missing = new Map<Condition, string>();

  /**
   * @param isPart true where bodies hold a part of the object: what is there counts, what is not there may be behind it
   */
  constructor(
    event: AuditEvent,
    isPart: boolean,
    partOf: (path: readonly string[]) => string | undefined,
  ) {
    this.#event = event;
    this.#isPart = isPart;
    this.#partAt = partOf;
  }

  /** True when an answer rests on what a part of an object shows. */
  isShown(holds: boolean): boolean {
    return holds && this.#isPart && this.asked === BODIES;
  }

  /** Notes that the part which was asked for leaves an atom open. */
  leaveOpen(atom: Condition, part: string): void {
    this.#missing.set(atom, part);
  }

  /** The part that leaves an atom open, of one that was noted. */
  missingFor(atom: Condition): string | undefined {
    return this.#missing.get(atom);
  }

  get(path: readonly string[]): JsonValue | undefined {
    this.#note(path);
    return this.#event.get(path);
  }

  text(path: readonly string[]): string | undefined {
    this.#note(path);
    return this.#event.text(path);
  }

  get json(): string {
    return this.#event.json;
  }

  get time(): bigint {
    return this.#event.time;
  }

  get num(): number {
    return this.#event.num;
  }

  get firstTime(): bigint {
    return this.#event.firstTime;
  }

  get origin(): AuditEvent['origin'] {
    return this.#event.origin;
  }

  #note(path: readonly string[]): void {
    this.asked ??= this.#partAt(path);
  }
}

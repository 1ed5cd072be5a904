import type { AuditEvent } from '../events/event.ts';
import type { JsonValue } from '../json/value.ts';

/** Wraps an event and notes which lost part a field asks for, so that no table of such fields is needed. */
export class EvidenceWatch implements AuditEvent {
  asked: string | undefined;
  readonly #event: AuditEvent;
  readonly #partAt: (path: readonly string[]) => string | undefined;

  /** @param partAt the lost part that a path reads from, or undefined */
  constructor(event: AuditEvent, partAt: (path: readonly string[]) => string | undefined) {
    this.#event = event;
    this.#partAt = partAt;
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

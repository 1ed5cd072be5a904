import type { AuditEvent, EventOrigin } from '../../src/events/event.ts';
import { findField } from '../../src/fields/catalog.ts';
import type { BoundField, FieldSettings, FieldValue } from '../../src/fields/field.ts';
import { lookup, type JsonValue } from '../../src/json/value.ts';
import { cutAtNul } from '../../src/util/text.ts';

/** An event over a plain object; numbers have the spelling of `JSON.stringify`. */
export class FakeEvent implements AuditEvent {
  readonly time: bigint;
  readonly num: number;
  readonly firstTime: bigint;
  readonly origin: EventOrigin = { file: '-', line: 1 };
  readonly #value: JsonValue;

  constructor(value: JsonValue, place: { time?: bigint; num?: number; firstTime?: bigint } = {}) {
    this.#value = value;
    this.time = place.time ?? 0n;
    this.num = place.num ?? 1;
    this.firstTime = place.firstTime ?? 0n;
  }

  get(path: readonly string[]): JsonValue | undefined {
    return lookup(this.#value, path);
  }

  text(path: readonly string[]): string | undefined {
    const value = this.get(path);
    if (value === undefined) return undefined;
    return typeof value === 'string' ? cutAtNul(value) : JSON.stringify(value);
  }

  get json(): string {
    return JSON.stringify(this.#value);
  }
}

export const SETTINGS: FieldSettings = { timezone: 'UTC', hostname: 'host-1' };

/** An event with an auditID and the given members. */
export function auditEvent(members: { [key: string]: JsonValue }): FakeEvent {
  return new FakeEvent({ kind: 'Event', auditID: 'a1', ...members });
}

/** Binds `name` or `name[argument]`. */
export function bind(field: string, settings = SETTINGS): BoundField {
  const [, name, argument] = /^([\w.]+)(?:\[(.*)\])?$/s.exec(field)!;
  const definition = findField(name!);
  if (definition === undefined) throw new Error(`no field ${name}`);
  return definition.bind(argument, settings);
}

/** The value of `name` or `name[argument]` on an event. */
export function read(field: string, event: AuditEvent): FieldValue {
  return bind(field).read(event);
}

/** The value of a field on an event with an auditID and the given members. */
export function readOn(field: string, members: { [key: string]: JsonValue }): FieldValue {
  return read(field, auditEvent(members));
}

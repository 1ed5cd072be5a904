import type { AuditEvent } from '../events/event.ts';
import type { FieldValue } from '../fields/field.ts';
import { operandsOf, type Atom, type Condition } from './condition.ts';
import type { Value } from './operand.ts';

/** What is computed at most once on an event: `of` tells for which event the result is. */
interface Once<T> {
  of: number;
  result: T;
}

/** A value that comparisons share. */
interface Reading extends Once<FieldValue> {
  readonly value: Value;
}

/** A condition, or a part of one, with its answer. */
export interface Step extends Once<boolean> {
  readonly kind: Condition['kind'];
  /** Of `and`, `or` and `not`. */
  readonly operands: readonly Step[];
  /** Of a comparison. */
  readonly atom: Atom | undefined;
  /** What the comparison reads, from its first use on: atoms of stored rules are made when they are asked. */
  left: Reading | undefined;
  right: Reading | undefined;
}

/**
 * Decides the conditions of many rules on one event after another, with the answers of {@link evaluate}. Conditions
 * that are one object (macros of stored rules are), and values, are computed at most once on an event.
 */
export class Decider {
  readonly #steps = new Map<Condition, Step>();
  readonly #readings = new Map<string, Reading>();
  #event: AuditEvent | undefined;
  #now = 0;

  /** Starts on another event. */
  begin(event: AuditEvent): this {
    this.#event = event;
    this.#now++;
    return this;
  }

  /** A condition for {@link holds}. */
  prepare(condition: Condition): Step {
    let step = this.#steps.get(condition);
    if (step === undefined) this.#steps.set(condition, (step = this.#newStep(condition)));
    return step;
  }

  /** Decides a condition on the event that was begun last. */
  holds(step: Step): boolean {
    if (step.of === this.#now) return step.result;
    const result = step.atom === undefined ? this.#joins(step) : this.#compares(step, step.atom);
    step.result = result;
    step.of = this.#now;
    return result;
  }

  #joins({ kind, operands }: Step): boolean {
    if (kind === 'not') return !this.holds(operands[0]!);
    const decisive = kind === 'or';
    for (const operand of operands) if (this.holds(operand) === decisive) return decisive;
    return !decisive;
  }

  #compares(step: Step, atom: Atom): boolean {
    const value = this.#read((step.left ??= this.#reading(atom.left)));
    if (value === undefined) return false;
    if (atom.right === undefined) return atom.test(value, undefined);
    const other = this.#read((step.right ??= this.#reading(atom.right)));
    return other !== undefined && atom.test(value, other);
  }

  #read(reading: Reading): FieldValue {
    if (reading.of !== this.#now) {
      reading.result = reading.value.read(this.#event!);
      reading.of = this.#now;
    }
    return reading.result;
  }

  #newStep(condition: Condition): Step {
    const { kind } = condition;
    return {
      of: 0,
      result: false,
      kind,
      operands: operandsOf(condition).map((operand) => this.prepare(operand)),
      atom: kind === 'atom' ? condition : undefined,
      left: undefined,
      right: undefined,
    };
  }

  #reading(value: Value): Reading {
    let reading = this.#readings.get(value.key);
    if (reading === undefined) {
      reading = { of: 0, result: undefined, value };
      this.#readings.set(value.key, reading);
    }
    return reading;
  }
}

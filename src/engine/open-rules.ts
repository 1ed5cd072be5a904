import { operandsOf, type Atom, type Condition } from '../condition/condition.ts';
import { Decider, type Step as Prepared } from '../condition/decider.ts';
import type { Value } from '../condition/operand.ts';
import type { AuditEvent } from '../events/event.ts';
import type { FieldValue } from '../fields/field.ts';
import type { Rule } from '../rules/rule.ts';
import { EvidenceWatch } from './evidence-watch.ts';
import { ALL_PARTS, BODIES, firstPart, partsAt, type PartSet } from './evidence.ts';

/** A rule, or the remaining condition of a rule after some parts are decided. */
export type Undecided = Pick<Rule, 'name' | 'condition' | 'partOf'>;

/** A rule that the values of an event leave open, and what the event lacks for it. */
export interface OpenRule {
  readonly name: string;
  readonly partOf: readonly string[];
  readonly missing: ReadonlySet<string>;
}

/** The answer is in a part that the event lacks. */
const OPEN = null;

/** A part of a condition with its answer on the event number `of`. */
interface Step {
  readonly condition: Condition;
  readonly prepared: Prepared;
  readonly operands: readonly Step[];
  /** Parts of events that it may read. */
  readonly parts: PartSet;
  of: number;
  answer: boolean | typeof OPEN;
  /** Of an open comparison: the part that it asks for. */
  missing: string | undefined;
}

/** A value that comparisons share, on the event number `of`: one list of a large body takes as long as all else. */
interface Reading {
  of: number;
  value: FieldValue;
  /** The lost part that it asks for. */
  asked: string | undefined;
}

/** Tells which rules an event leaves open that lacks some parts. Rules share what they have in common. */
export class OpenRules {
  readonly #steps = new Map<Condition, Step>();
  readonly #readings = new Map<string, Reading>();
  readonly #prepared = new WeakMap<readonly Undecided[], readonly (readonly [Undecided, Step])[]>();
  /** Decides what reads no lost part. */
  readonly #decider = new Decider();
  #now = 0;
  #lost: PartSet = 0;
  #watch!: EvidenceWatch;

  /**
   * The rules that an event leaves open, in their order.
   *
   * @param lost parts that the event lacks
   * @param isPart true where bodies hold a part of the object only
   */
  of(rules: readonly Undecided[], event: AuditEvent, lost: PartSet, isPart: boolean): OpenRule[] {
    this.#now++;
    this.#lost = lost;
    this.#decider.begin(event);
    this.#watch = new EvidenceWatch(event, (path) => firstPart(partsAt(path) & lost));
    const open: OpenRule[] = [];
    for (const [{ name, partOf = [name] }, step] of this.#prepare(rules)) {
      // What reads no lost part is decided.
      if ((step.parts & lost) === 0 || this.#decide(step, isPart) !== OPEN) continue;
      const missing = new Set<string>();
      this.#addMissing(step, missing);
      open.push({ name, partOf, missing });
    }
    return open;
  }

  #prepare(rules: readonly Undecided[]): readonly (readonly [Undecided, Step])[] {
    let prepared = this.#prepared.get(rules);
    if (prepared === undefined) {
      prepared = rules.map((rule) => [rule, this.#stepOf(rule.condition)] as const);
      this.#prepared.set(rules, prepared);
    }
    return prepared;
  }

  /** Three-valued evaluation. */
  #decide(step: Step, isPart: boolean): boolean | typeof OPEN {
    if (step.of === this.#now) return step.answer;
    const answer =
      (step.parts & this.#lost) === 0
        ? this.#decider.holds(step.prepared)
        : this.#decideNew(step, isPart);
    step.of = this.#now;
    step.answer = answer;
    return answer;
  }

  #decideNew(step: Step, isPart: boolean): boolean | typeof OPEN {
    const { condition, operands } = step;
    switch (condition.kind) {
      case 'atom':
        return this.#decideAtom(step, condition, isPart);
      case 'not': {
        const inner = this.#decide(operands[0]!, isPart);
        return inner === OPEN ? OPEN : !inner;
      }
      default: {
        const decisive = condition.kind === 'or';
        let open = false;
        for (const operand of operands) {
          const part = this.#decide(operand, isPart);
          if (part === decisive) return decisive;
          open ||= part === OPEN;
        }
        return open ? OPEN : !decisive;
      }
    }
  }

  #decideAtom(step: Step, atom: Atom, isPart: boolean): boolean | typeof OPEN {
    const { value, asked: askedLeft } = this.#read(atom.left);
    let holds = false;
    let asked = askedLeft;
    if (value !== undefined && atom.right === undefined) holds = atom.test(value, undefined);
    else if (value !== undefined) {
      const right = this.#read(atom.right!);
      asked ??= right.asked;
      holds = right.value !== undefined && atom.test(value, right.value);
    }
    // What a part of an object shows is there.
    if (asked === undefined || (holds && isPart && asked === BODIES)) return holds;
    step.missing = asked;
    return OPEN;
  }

  #read(value: Value): Reading {
    let reading = this.#readings.get(value.key);
    if (reading === undefined) {
      reading = { of: 0, value: undefined, asked: undefined };
      this.#readings.set(value.key, reading);
    }
    if (reading.of !== this.#now) {
      const watch = this.#watch;
      watch.asked = undefined;
      reading.value = value.read(watch);
      reading.asked = watch.asked;
      reading.of = this.#now;
    }
    return reading;
  }

  /** Adds what leaves a condition open. Where it is open, all that it joins was decided. */
  #addMissing(step: Step, missing: Set<string>): void {
    if (step.of !== this.#now || step.answer !== OPEN) return;
    if (step.condition.kind === 'atom') missing.add(step.missing!);
    else for (const operand of step.operands) this.#addMissing(operand, missing);
  }

  #stepOf(condition: Condition): Step {
    let step = this.#steps.get(condition);
    if (step === undefined) {
      const operands = operandsOf(condition).map((operand) => this.#stepOf(operand));
      const parts =
        condition.kind === 'atom'
          ? partsRead(condition)
          : operands.reduce((all, operand) => all | operand.parts, 0);
      const prepared = this.#decider.prepare(condition);
      step = { condition, prepared, operands, parts, of: 0, answer: false, missing: undefined };
      this.#steps.set(condition, step);
    }
    return step;
  }
}

/** The parts that a comparison may read: all, where a field does not tell. */
function partsRead({ left, right }: Atom): PartSet {
  let parts = 0;
  for (const { bound } of [...left.uses, ...(right?.uses ?? [])]) {
    const path = bound.path ?? bound.reads;
    parts |= path === undefined ? ALL_PARTS : partsAt(path);
  }
  return parts;
}

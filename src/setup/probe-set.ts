import type { Atom, Condition } from '../condition/condition.ts';
import { AnswerTree, type Subject } from './answer-tree.ts';
import type { RequestShape } from './api-resources.ts';
import { LEVELS, STAGES, type Level, type Stage } from './levels.ts';
import { judge, Probe, SHAPE_TRAITS, traitsOf, TRAIT } from './probe.ts';
import type { Circumstances, Verdict } from './probe.ts';

/** What a comparison says, and what makes a difference to that. */
interface Comparison {
  readonly verdict: Verdict;
  /** The sort of request. */
  readonly isOfShape: boolean;
  /** The stage or the level. */
  readonly isOfMoment: boolean;
}

/** Asks what a comparison says of the requests of a sort. */
interface Question {
  readonly atom: Atom;
  /** When it is asked; where that makes a difference, the answer at no moment in particular is {@link OPEN}. */
  readonly moment: Moment | undefined;
  /** Of all questions about this comparison. */
  readonly found: AnswerTree<Comparison>;
}

interface Moment {
  readonly level: Level;
  readonly stage: Stage;
}

/** Answers are codes of verdicts besides. */
const OPEN = 100;
const ANY_MOMENT: Moment = { level: 'RequestResponse', stage: 'ResponseComplete' };

/** The questions about requests that were asked so far, with what was found for any sort of them. */
export class ProbeMemory {
  readonly questions: Question[] = [];
  /** By the moment, those without one first. */
  readonly #numbers: Map<Atom, number>[] = [];
  readonly #values = new Map<string | undefined, number>();

  /** The number of a question. */
  questionOf(atom: Atom, moment?: Moment): number {
    const numbers = (this.#numbers[momentNumber(moment)] ??= new Map());
    const known = numbers.get(atom);
    if (known !== undefined) return known;
    const found =
      moment === undefined
        ? new AnswerTree<Comparison>()
        : this.questions[this.questionOf(atom)]!.found;
    const number = this.questions.push({ atom, moment, found }) - 1;
    numbers.set(atom, number);
    return number;
  }

  /** A number for a value of a trait. */
  numberOf(value: string | undefined): number {
    const known = this.#values.get(value);
    if (known !== undefined) return known;
    const number = this.#values.size;
    this.#values.set(value, number);
    return number;
  }
}

function momentNumber(moment: Moment | undefined): number {
  if (moment === undefined) return 0;
  return 1 + LEVELS.indexOf(moment.level) * STAGES.length + STAGES.indexOf(moment.stage);
}

/** The requests of one sort. It answers the questions of the memory. */
export class ProbeSet implements Subject {
  readonly #memory: ProbeMemory;
  readonly #traits: readonly (string | undefined)[];
  /** The same, as comparisons ask for them. */
  readonly #numbers: readonly number[];
  readonly #atAnyMoment: ProbeAt;
  /** Answers so far, plus one. */
  #answers = new Uint8Array(256);

  constructor(memory: ProbeMemory, shape: RequestShape, circumstances: Circumstances = {}) {
    this.#memory = memory;
    this.#traits = traitsOf(shape, circumstances);
    this.#numbers = this.#traits.map((value) => memory.numberOf(value));
    this.#atAnyMoment = new ProbeAt(memory, this.#numbers, ANY_MOMENT);
  }

  answer(question: number): number {
    const known = this.#answers[question];
    if (known !== undefined && known > 0) return known - 1;
    const { verdict, isOfMoment } = this.#compare(question);
    const isOpen = isOfMoment && this.#memory.questions[question]!.moment === undefined;
    const answer = isOpen ? OPEN : verdict.code;
    if (question >= this.#answers.length) {
      const more = new Uint8Array(2 * this.#memory.questions.length);
      more.set(this.#answers);
      this.#answers = more;
    }
    this.#answers[question] = answer + 1;
    return answer;
  }

  /**
   * Whether a condition can hold on requests logged at a level, at a stage.
   *
   * @param asked gets the questions on whose answers that depends
   */
  judge(condition: Condition, level: Level, stage: Stage, asked?: Set<number>): Verdict {
    const ask = (atom: Atom, moment?: Moment): Comparison => {
      const question = this.#memory.questionOf(atom, moment);
      const comparison = this.#compare(question);
      if (comparison.isOfShape) asked?.add(question);
      return comparison;
    };
    return judge(condition, (atom) => {
      const { verdict, isOfMoment } = ask(atom);
      return isOfMoment ? ask(atom, { level, stage }).verdict : verdict;
    });
  }

  #compare(question: number): Comparison {
    const { atom, moment, found } = this.#memory.questions[question]!;
    const at =
      moment === undefined ? this.#atAnyMoment : new ProbeAt(this.#memory, this.#numbers, moment);
    return found.find(at, ({ moment: { stage, level } }, read) => {
      const verdict = new Probe([...this.#traits, stage, level]).compare(atom, read);
      const traits = [...read];
      return {
        verdict,
        isOfShape: traits.some((trait) => trait < SHAPE_TRAITS),
        isOfMoment: traits.some((trait) => trait >= SHAPE_TRAITS),
      };
    });
  }
}

/** The requests of one sort at one moment; it answers with their traits. */
class ProbeAt implements Subject {
  readonly #memory: ProbeMemory;
  readonly #numbers: readonly number[];
  readonly moment: Moment;

  constructor(memory: ProbeMemory, numbers: readonly number[], moment: Moment) {
    this.#memory = memory;
    this.#numbers = numbers;
    this.moment = moment;
  }

  answer(trait: number): number {
    if (trait < SHAPE_TRAITS) return this.#numbers[trait]!;
    return this.#memory.numberOf(trait === TRAIT.stage ? this.moment.stage : this.moment.level);
  }
}

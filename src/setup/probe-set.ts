import type { Atom, Condition } from '../condition/condition.ts';
import { AnswerTree, type Subject } from './answer-tree.ts';
import type { RequestShape } from './api-resources.ts';
import { LEVELS, STAGES, type Level, type Stage } from './levels.ts';
import { judge, Probe, SHAPE_TRAITS, traitsOf, TRAIT, VERDICTS } from './probe.ts';
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
  /** Who answered last, and what: one sort of request after the other is asked. */
  by: ProbeSet | undefined;
  answer: number;
}

interface Moment {
  readonly level: Level;
  readonly stage: Stage;
}

/** Answers are codes of verdicts besides. */
const OPEN = VERDICTS.length;
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
    const number = this.questions.push({ atom, moment, found, by: undefined, answer: 0 }) - 1;
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

  constructor(memory: ProbeMemory, shape: RequestShape, circumstances: Circumstances = {}) {
    this.#memory = memory;
    this.#traits = traitsOf(shape, circumstances);
    this.#numbers = this.#traits.map((value) => memory.numberOf(value));
    this.#atAnyMoment = new ProbeAt(memory, this.#numbers, ANY_MOMENT);
  }

  answer(number: number): number {
    const question = this.#memory.questions[number]!;
    if (question.by !== this) {
      const { verdict, isOfMoment } = this.#compare(question);
      question.by = this;
      question.answer = isOfMoment && question.moment === undefined ? OPEN : verdict.code;
    }
    return question.answer;
  }

  /**
   * Whether a condition can hold on requests logged at a level, at a stage.
   *
   * @param asked gets the questions on whose answers that depends
   */
  judge(condition: Condition, level: Level, stage: Stage, asked?: Set<number>): Verdict {
    const ask = (atom: Atom, moment?: Moment): Comparison => {
      const question = this.#memory.questionOf(atom, moment);
      const comparison = this.#compare(this.#memory.questions[question]!);
      if (comparison.isOfShape) asked?.add(question);
      return comparison;
    };
    return judge(condition, (atom) => {
      const { verdict, isOfMoment } = ask(atom);
      return isOfMoment ? ask(atom, { level, stage }).verdict : verdict;
    });
  }

  #compare({ atom, moment, found }: Question): Comparison {
    const at =
      moment === undefined ? this.#atAnyMoment : new ProbeAt(this.#memory, this.#numbers, moment);
    return found.find(at, ({ moment: { stage, level } }, read) => {
      const verdict = new Probe([...this.#traits, stage, level], read).compare(atom);
      let [isOfShape, isOfMoment] = [false, false];
      for (const trait of read) {
        if (trait < SHAPE_TRAITS) isOfShape = true;
        else isOfMoment = true;
      }
      return { verdict, isOfShape, isOfMoment };
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

import type { AuditEvent } from '../events/event.ts';
import type { JsonValue } from '../json/value.ts';

/** What a value is told by. Lists of texts and empty objects are told by a text that no plain value is told by. */
type Told = string | bigint | number | boolean | null | undefined;

/** Longest text that is remembered, in characters. */
const LONGEST = 256;
/** Starts what tells a list or an object; texts that start with it are not remembered. */
const MARK = '\0';

interface Read {
  readonly path: readonly string[];
  readonly as: 'value' | 'text' | 'time';
}

/** The next value that is read, and where each of its values leads; or the answer, when nothing more is read. */
type Step<T> = { readonly answer: T } | (Read & { readonly next: Map<Told, Step<T>> });

/** Steps that are kept of all answers; beyond that, all are forgotten. */
const MOST_STEPS = 20_000;
/** Answers that may be sought in vain, and events for which none is sought after that. */
const [FIRST_CREDIT, MOST_CREDIT, REST] = [16, 64, 1024];

/** What has been learned for one question. */
interface Known<T> {
  root: Step<T> | undefined;
  /** Grows with what was found, and falls with what was not: most questions get other events each time. */
  credit: number;
  resting: number;
}

/**
 * Remembers answers about events by the values that were read for them. Evaluation reads the same values in the same
 * order as long as they are the same, so an event that shows the same values gets the same answer, and nothing is
 * evaluated. Logs of broken senders repeat such events thousands of times.
 */
export class AnswersByReads<T> {
  #known = new WeakMap<object, Map<string, Known<T>>>();
  #steps = 0;

  /**
   * The answer for an event, remembered or computed.
   *
   * @param question what is asked: answers of different questions have nothing in common
   * @param variant tells variants of the question apart
   * @param compute answers by what it reads of the event that it is given, and by nothing else
   */
  answer(
    question: object,
    variant: string,
    event: AuditEvent,
    compute: (event: AuditEvent) => T,
  ): T {
    const known = this.#of(question, variant);
    if (known.resting > 0) {
      known.resting--;
      return compute(event);
    }
    const found = find(known.root, event);
    if (found !== undefined) {
      known.credit = Math.min(known.credit + 1, MOST_CREDIT);
      return found.answer;
    }
    if (--known.credit <= 0) Object.assign(known, { credit: 2, resting: REST });
    const recorder = new Recorder(event);
    const answer = compute(recorder);
    if (!recorder.isSingular) this.#learn(known, recorder, answer);
    return answer;
  }

  #of(question: object, variant: string): Known<T> {
    let variants = this.#known.get(question);
    if (variants === undefined) this.#known.set(question, (variants = new Map()));
    let known = variants.get(variant);
    if (known === undefined)
      variants.set(variant, (known = { root: undefined, credit: FIRST_CREDIT, resting: 0 }));
    return known;
  }

  #learn(known: Known<T>, { reads }: Recorder, answer: T): void {
    if (this.#steps + reads.length > MOST_STEPS) {
      this.#known = new WeakMap();
      this.#steps = 0;
      return;
    }
    this.#steps += reads.length + 1;
    let put = (step: Step<T>): void => void (known.root = step);
    let at = known.root;
    for (const { path, as, told } of reads) {
      if (at === undefined) put((at = { path, as, next: new Map() }));
      if ('answer' in at) return;
      const { next } = at;
      put = (step) => void next.set(told, step);
      at = next.get(told);
    }
    put({ answer });
  }
}

function find<T>(root: Step<T> | undefined, event: AuditEvent): { answer: T } | undefined {
  let step = root;
  while (step !== undefined && !('answer' in step)) {
    const { path, as } = step;
    const value = as === 'text' ? event.text(path) : as === 'value' ? event.get(path) : event.time;
    step = step.next.get(toldBy(value));
  }
  return step;
}

/** What tells a value; {@link MARK} alone when nothing does. */
function toldBy(value: JsonValue | bigint | undefined): Told {
  if (typeof value === 'string')
    return value.length > LONGEST || value.startsWith(MARK) ? MARK : value;
  if (typeof value === 'number') return Object.is(value, -0) ? MARK : value;
  if (typeof value !== 'object' || value === null) return value;
  if (!Array.isArray(value)) return Object.keys(value).length === 0 ? `${MARK}{}` : MARK;
  const isShort = value.length <= 8 && value.every((one) => typeof one === 'string');
  const text = isShort ? JSON.stringify(value) : '';
  return text === '' || text.length > LONGEST ? MARK : MARK + text;
}

/** Hands an event on and takes down what is read of it, once each. */
class Recorder implements AuditEvent {
  readonly reads: (Read & { readonly told: Told })[] = [];
  /** True when something was read that cannot be told again. */
  isSingular = false;
  readonly #event: AuditEvent;
  readonly #seen = new Set<string>();

  constructor(event: AuditEvent) {
    this.#event = event;
  }

  get(path: readonly string[]): JsonValue | undefined {
    const value = this.#event.get(path);
    this.#note(path, 'value', value);
    return value;
  }

  text(path: readonly string[]): string | undefined {
    const value = this.#event.text(path);
    this.#note(path, 'text', value);
    return value;
  }

  get json(): string {
    return this.#singular.json;
  }

  get time(): bigint {
    const { time } = this.#event;
    this.#note([], 'time', time);
    return time;
  }

  get num(): number {
    return this.#singular.num;
  }

  get firstTime(): bigint {
    return this.#singular.firstTime;
  }

  get origin(): AuditEvent['origin'] {
    return this.#singular.origin;
  }

  /** The event, for what differs from one event to the next. */
  get #singular(): AuditEvent {
    this.isSingular = true;
    return this.#event;
  }

  #note(path: readonly string[], as: Read['as'], value: JsonValue | bigint | undefined): void {
    if (this.isSingular) return;
    const key = JSON.stringify([as, path]);
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    const told = toldBy(value);
    if (told === MARK) this.isSingular = true;
    else this.reads.push({ path: [...path], as, told });
  }
}

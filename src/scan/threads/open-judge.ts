import { BlindSpots } from '../../engine/blind.ts';
import type { Finding } from '../../engine/finding.ts';
import { SummaryBuilder } from '../../engine/summary.ts';
import type { EventOrigin } from '../../events/event.ts';
import { eventOfText } from '../../events/parsed-event.ts';
import { FastScanner } from '../../fast/fast-scanner.ts';
import { engineOptions, partOf, type Evaluation } from '../evaluation.ts';
import { OUTSIDE_SCOPE } from '../plan.ts';
import type { Amounts } from '../recorded.ts';
import type { ScannedAmounts } from './contract.ts';
import { forEachOpen, type OpenEvents } from './open-events.ts';

const NOWHERE: EventOrigin = { file: '', line: 0 };

/**
 * Judges the events that rules leave open, of all threads, in the order of their input. Only the thread that writes
 * does: conditions are compiled and warm up once, and no finding crosses from one thread to another.
 */
export class OpenJudge {
  readonly #evaluation: Evaluation;
  readonly #scanner: FastScanner;
  readonly #blind = new BlindSpots(Infinity);
  #summary = new SummaryBuilder();
  /** Where the event was read that is judged. */
  #origin = NOWHERE;
  readonly #fired: (time: bigint, findings: readonly Finding[]) => void;

  /**
   * @param evaluation is told of nothing: its counters have copies here
   * @param fired takes the findings of each event on which rules fired: kept for a while, V8 would copy them
   */
  constructor(evaluation: Evaluation, fired: (time: bigint, findings: readonly Finding[]) => void) {
    this.#evaluation = partOf(evaluation);
    this.#fired = fired;
    const { counters, blind } = this.#evaluation;
    this.#scanner = new FastScanner({
      ...engineOptions(this.#evaluation),
      counters: counters?.length === 0 ? undefined : counters,
      blind: blind === undefined ? undefined : this.#blind,
      // It is given events, no lines.
      maxLine: 1,
      blockSize: 1,
      sink: {
        event: ({ time }, findings) => this.#judged(time, findings),
        origin: () => this.#origin,
        odd: () => undefined,
        longLine: () => undefined,
        holdsNext: () => false,
      },
    });
  }

  /**
   * Judges events.
   *
   * @param linesBefore lines of their input before those that their job counts
   */
  judge(events: OpenEvents, linesBefore: number): void {
    forEachOpen(events, linesBefore, ({ text, time, origin }) => {
      this.#origin = origin;
      if (typeof text === 'string') this.#judgeText(text, time);
      else if (!this.#scanner.takesOpen(text)) this.#judgeText(utf8(text.text), time);
    });
  }

  /** Makes amounts whole: adds what was counted since the last call. */
  complete({ counters, summary, ...rest }: ScannedAmounts): Amounts {
    const whole = this.#summary;
    this.#summary = new SummaryBuilder();
    const { rejected, firstRejected, lastRejected, outOfScope } = this.#scanner.counts;
    whole.quietEvents(rejected, firstRejected, lastRejected);
    whole.filter(OUTSIDE_SCOPE, outOfScope);
    whole.merge(summary);
    this.#scanner.settle();
    this.#scanner.forget();
    const own = this.#evaluation.counters ?? [];
    for (const [index, counted] of counters.entries()) own[index]!.add(counted);
    return {
      ...rest,
      summary: whole.build(0),
      blind: this.#blind.take(),
      counters: own.map((counter) => counter.take()),
      ignored: this.#evaluation.suppressor?.take() ?? [],
    };
  }

  #judgeText(text: string, time: bigint): void {
    const place = { ...this.#scanner.nextEvent(time), time, origin: this.#origin };
    const judged = this.#scanner.judge(eventOfText(text, place));
    if (judged === 'out-of-scope') this.#summary.filter(OUTSIDE_SCOPE);
    else if (typeof judged === 'object') this.#judged(time, judged);
  }

  #judged(time: bigint, findings: readonly Finding[]): void {
    if (findings.length === 0) this.#summary.event(time, findings);
    else this.#fired(time, findings);
  }
}

function utf8(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString();
}

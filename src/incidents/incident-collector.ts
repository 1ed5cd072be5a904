import { isJoined } from '../engine/facts/link-facts.ts';
import type { Finding } from '../engine/finding.ts';
import { severityOf } from '../policies/severity.ts';
import { isAtLeast } from '../rules/priority.ts';
import { consequenceOf, withConsequences, type MadeByController } from './consequences.ts';
import { compareWorst, entryOf, rankOf, type Entry } from './incident-entry.ts';
import type { Incident, Incidents } from './incident.ts';
import { join } from './join.ts';
import { DEFAULT_PAUSE } from './links.ts';
import { storyOf } from './story.ts';

/** Findings that are held: attackers choose how many there are. The worst stay, then the earliest. */
const MAX_FINDINGS = 20_000;
/** Requests of controllers that are held, the earliest. */
const MAX_CONSEQUENCES = 20_000;

export interface CollectorOptions {
  /** Longest pause between what one actor does, nanoseconds. */
  readonly pause?: bigint | undefined;
  /** Findings beyond which none are joined: what a summary may cost. By default the worst are. */
  readonly giveUpBeyond?: number | undefined;
  /** Bounds, for tests. */
  readonly maxFindings?: number;
  readonly maxConsequences?: number;
}

/** Takes the findings of a run, in any order and in bounded memory, and joins them into incidents. */
export class IncidentCollector {
  readonly #pause: bigint;
  readonly #giveUpBeyond: number;
  #findings = 0;
  readonly #entries: Bounded<Entry>;
  readonly #consequences: Bounded<MadeByController>;
  #built: Incidents | undefined;

  constructor(options: CollectorOptions = {}) {
    this.#pause = options.pause ?? DEFAULT_PAUSE;
    this.#giveUpBeyond = options.giveUpBeyond ?? Infinity;
    this.#entries = new Bounded(compareWorst, options.maxFindings ?? MAX_FINDINGS);
    this.#consequences = new Bounded(
      compareConsequences,
      options.maxConsequences ?? MAX_CONSEQUENCES,
    );
  }

  /** Takes a finding; those below medium severity tell no story. */
  add(finding: Finding): void {
    if (!isJoined(finding)) return;
    this.#built = undefined;
    this.#findings++;
    if (!this.hasGivenUp) this.#entries.add(entryOf(finding));
  }

  /** True when nothing will be joined any more, so that nobody needs the facts of further findings. */
  get hasGivenUp(): boolean {
    return this.#findings > this.#giveUpBeyond;
  }

  /** Takes what a controller did, as a finding with the facts of the event. */
  addConsequence(finding: Finding): void {
    const made = consequenceOf(finding);
    if (made === undefined) return;
    this.#built = undefined;
    this.#consequences.add(made);
  }

  /** The incidents of all that was taken so far. */
  build(): Incidents {
    this.#built ??= this.#build();
    return this.#built;
  }

  #build(): Incidents {
    if (this.hasGivenUp) {
      return { list: [], alone: 0, dropped: this.#findings, droppedConsequences: 0 };
    }
    const joined = join(this.#entries.kept(), this.#pause);
    const stories: Incident[] = [];
    let alone = 0;
    for (const members of joined.stories) {
      const entries = members.map((index) => joined.entries[index]!);
      if (!entries.some(({ finding }) => isStory(finding))) alone += members.length;
      else stories.push(storyOf(joined, members));
    }
    const list = withConsequences(stories, this.#consequences.kept().toSorted(compareConsequences));
    return {
      list: list.toSorted(
        (a, b) =>
          rankOf(a.worst) - rankOf(b.worst) ||
          (a.first === b.first ? (a.id < b.id ? -1 : 1) : a.first < b.first ? -1 : 1),
      ),
      alone,
      dropped: this.#entries.dropped,
      droppedConsequences: this.#consequences.dropped,
    };
  }
}

/** Notices alone tell no story: people look at things, run commands in pods of theirs, list what they may do. */
function isStory({ severity, priority }: Finding): boolean {
  return (severity ?? severityOf(priority)) === 'high' || isAtLeast(priority, 'Warning');
}

function compareConsequences(a: MadeByController, b: MadeByController): number {
  const [one, other] = [a.consequence, b.consequence];
  if (one.time !== other.time) return one.time < other.time ? -1 : 1;
  if (one.file !== other.file) return one.file < other.file ? -1 : 1;
  return one.line - other.line;
}

/** Keeps the first of an order, however they come. */
class Bounded<T> {
  readonly #compare: (a: T, b: T) => number;
  readonly #most: number;
  #items: T[] = [];
  #dropped = 0;

  constructor(compare: (a: T, b: T) => number, most: number) {
    this.#compare = compare;
    this.#most = most;
  }

  add(item: T): void {
    this.#items.push(item);
    // Put in order once in a while: for each item it would cost too much.
    if (this.#items.length >= 2 * this.#most) this.#cut();
  }

  kept(): readonly T[] {
    this.#cut();
    return this.#items;
  }

  get dropped(): number {
    this.#cut();
    return this.#dropped;
  }

  #cut(): void {
    const over = this.#items.length - this.#most;
    if (over <= 0) return;
    this.#dropped += over;
    this.#items = this.#items.toSorted(this.#compare).slice(0, this.#most);
  }
}

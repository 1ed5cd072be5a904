import { performance } from 'node:perf_hooks';
import { SummaryBuilder } from '../../engine/summary.ts';
import type { Finding } from '../../engine/finding.ts';
import type { Correlating } from '../../engine/parts/correlating.ts';
import { isShown } from '../../policies/severity.ts';
import type {
  BodyAmounts,
  BodyFeed,
  ReceivedBody,
  ScanHooks,
  ScanState,
} from '../../scan/hooks.ts';
import { scan } from '../../scan/run-scan.ts';
import { partsOf } from '../../serve/body-source.ts';
import { Bell } from '../../serve/intake.ts';
import { KnownError, toldFailure } from '../../util/errors.ts';
import { FirstSeenFile } from '../past/first-seen-file.ts';
import { evaluatePlan, type Evaluated } from '../run/evaluate-plan.ts';
import { knownFindings, type KnownFindings } from '../run/known-findings.ts';
import { correlationTexts } from './correlation-texts.ts';
import type { FromLive, LiveSetup, ToLive } from './live-messages.ts';

/** Findings of a body that are told together: a large body may have very many. */
const TOLD_TOGETHER = 500;

/** A configuration that was read whole: rules, policies, known findings. */
interface Loaded {
  readonly setup: LiveSetup;
  readonly evaluated: Evaluated;
  readonly known: KnownFindings;
}

/**
 * Evaluates bodies in a thread of its own, so that requests are answered meanwhile: one body of 64 MiB takes a second.
 * It keeps what was learned of events (duplicates, correlations that did not change) when the configuration changes.
 */
export class LiveThread implements BodyFeed {
  readonly #post: (message: FromLive) => void;
  readonly #bell = new Bell();
  readonly #bodies: ReceivedBody[] = [];
  readonly #state: ScanState = {
    repeats: undefined,
    correlating: undefined,
    unchanged: new Set(),
    goesOn: false,
  };
  #firstSeen: FirstSeenFile | undefined;
  #found: Finding[] = [];
  #known = 0;
  /** What was told of late events, and of which correlations: others count from the start. */
  #late: { readonly of: Correlating | undefined; readonly count: number } = {
    of: undefined,
    count: 0,
  };
  #next: Loaded | undefined;
  #isOver = false;

  /** @param post tells the thread that receives */
  constructor(post: (message: FromLive) => void) {
    this.#post = post;
  }

  /** Evaluates what {@link receive} is given, until the end; tells how it ends. */
  async run(setup: LiveSetup): Promise<void> {
    const whole = new SummaryBuilder();
    const start = performance.now();
    let current = await load(setup);
    const now = (): number => Date.now();
    this.#firstSeen =
      setup.state === undefined ? undefined : new FirstSeenFile(setup.state, false, now);
    this.#post({ kind: 'ready' });
    for (;;) {
      const { evaluated, known } = current;
      const { summary } = await scan(
        current.setup.plan,
        evaluated.evaluation,
        this.#hooks(current),
      );
      whole.merge(summary);
      for (const note of [...evaluated.notes(false), ...known.notes(false)]) whole.note(note);
      const next = this.#next;
      if (next === undefined) break;
      this.#state.unchanged = unchanged(current, next);
      current = next;
      this.#next = undefined;
      this.#post({ kind: 'ready' });
    }
    this.#tell();
    this.#firstSeen?.save();
    for (const note of this.#firstSeen?.notes() ?? []) whole.note(note);
    const summary = {
      ...whole.build(performance.now() - start),
      failure: this.#firstSeen?.failure,
    };
    this.#post({ kind: 'ended', summary });
  }

  receive(message: ToLive): void {
    switch (message.kind) {
      case 'body': {
        const { source, file, cluster, replayed } = message;
        this.#bodies.push({ parts: partsOf(source), file, cluster, replayed });
        break;
      }
      case 'exchange':
        void this.#exchange(message.setup);
        return;
      case 'end':
        this.#isOver = true;
        break;
    }
    this.#bell.ring();
  }

  async next(): Promise<ReceivedBody | undefined> {
    for (;;) {
      if (this.#next !== undefined) {
        this.#state.goesOn = true;
        return undefined;
      }
      const body = this.#bodies.shift();
      if (body !== undefined) return body;
      if (this.#isOver) {
        this.#state.goesOn = false;
        return undefined;
      }
      await this.#bell.heard();
    }
  }

  readonly clock = (): bigint => BigInt(Date.now()) * 1_000_000n;

  done(amounts: BodyAmounts): void {
    this.#tell();
    this.#post({ kind: 'done', amounts, known: this.#known, late: this.#lateNow() });
    this.#known = 0;
  }

  /** Events that came too late for correlations since it was asked last. */
  #lateNow(): number {
    const { correlating } = this.#state;
    const count = correlating?.amounts.late ?? 0;
    const before = this.#late.of === correlating ? this.#late.count : 0;
    this.#late = { of: correlating, count };
    return count - before;
  }

  async #exchange(setup: LiveSetup): Promise<void> {
    try {
      this.#next = await load(setup);
      this.#bell.ring();
    } catch (error) {
      // Only an expected failure leaves the configuration before in use.
      const kind = error instanceof KnownError ? 'refused' : 'failed';
      this.#post({ kind, ...toldFailure(error) });
    }
  }

  #hooks(current: Loaded): ScanHooks {
    return {
      bodies: this,
      state: this.#state,
      firstSeen: this.#firstSeen,
      finding: (finding) => this.#finding(finding, current),
      settle: () => Promise.resolve(),
      progress: () => undefined,
      // The feed ends the scan: a signal would leave what waits.
      signal: new AbortController().signal,
      now: () => performance.now(),
    };
  }

  #finding(finding: Finding, { known, setup }: Loaded): boolean {
    if (known.check(finding)) {
      this.#known++;
      return false;
    }
    if (!isShown(finding, setup)) return false;
    this.#found.push(finding);
    if (this.#found.length >= TOLD_TOGETHER) this.#tell();
    return true;
  }

  #tell(): void {
    if (this.#found.length === 0) return;
    this.#post({ kind: 'found', findings: this.#found });
    this.#found = [];
  }
}

/** What ends the thread that receives. */
export function failure(error: unknown): FromLive {
  return { kind: 'failed', ...toldFailure(error) };
}

/** Names of the correlations that look for the same in both. */
function unchanged(before: Loaded, after: Loaded): Set<string> {
  const old = correlationTexts(before.evaluated.ruleSet);
  const now = correlationTexts(after.evaluated.ruleSet);
  return new Set([...now].flatMap(([name, text]) => (old.get(name) === text ? [name] : [])));
}

/** Loads what a configuration names. The thread that receives has warned already. */
async function load(setup: LiveSetup): Promise<Loaded> {
  const evaluated = await evaluatePlan(setup.plan, () => undefined);
  const known = knownFindings(setup.known, [], setup.now, () => undefined);
  return { setup, evaluated, known };
}

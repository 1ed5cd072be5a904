import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { EngineOptions } from '../../engine/engine.ts';
import { RuleCounter } from '../../engine/rule-counter.ts';
import type { RuleSwitch } from '../../rules/select.ts';
import type { Source } from '../../io/sources.ts';
import { needsNumbers } from '../../scan/threads/numbering.ts';
import type { LinePlan } from '../../scan/fast-reader.ts';
import { isForThreads } from '../../scan/threads/jobs.ts';
import type { ReadPlan } from '../../scan/read-plan.ts';
import type { FromWorker } from '../../scan/threads/ranges.ts';
import type { ScanThreads, WorkerThread } from '../../scan/threads/thread-contract.ts';
import { workerScript } from '../assets.ts';
import type { FoundConfig, Invocation } from '../flags/command.ts';
import type { PreparedScan } from './prepare-scan.ts';
import { holdMemory, releaseMemory } from '../terminal/memory.ts';
import { rangeWork, type Evaluation } from './range-work.ts';
import { isPolicyFile } from '../settings/settings.ts';

/** What a thread needs to prepare the same scan. */
export interface WorkerData {
  readonly args: readonly string[];
  readonly settings: Invocation['settings'];
  readonly ruleSwitches: readonly RuleSwitch[];
  readonly config: readonly FoundConfig[];
  /** Milliseconds since the epoch: when ignore entries expire must not depend on the thread. */
  readonly now: number;
  readonly stdoutIsTTY: boolean;
  readonly duplicates: LinePlan['duplicates'];
  readonly env: Invocation['terminal']['env'];
  readonly cwd: string;
}

/** The most threads that are used without being asked for: more only wait for the disk and the output. */
const MOST_THREADS = 4;

/**
 * What a thread may take, and the messages of it after which memory is held, that of all threads: by then it
 * has grown to what they need.
 */
const ROOMY = { maxYoungGenerationSizeMb: 24, warmAfter: 4 };
const TIGHT = { maxYoungGenerationSizeMb: 4, warmAfter: 0 };

/** How many threads a scan of these inputs is to have. */
export function threadCount(settings: Invocation['settings'], sources: readonly Source[]): number {
  if (settings.engine === 'reference' || !isForThreads(sources)) return 1;
  return settings.threads ?? Math.min(availableParallelism(), MOST_THREADS);
}

/** The threads of a scan; undefined when it is to have one, or its threads could differ. */
export function threadsOf(
  invocation: Invocation,
  prepared: PreparedScan,
  { duplicates: wanted }: Pick<ReadPlan, 'duplicates'>,
  count: number,
): ScanThreads | undefined {
  const { settings, terminal } = invocation;
  const { fast, counters, suppressor, resourceFilter } = prepared;
  if (count < 2 || fast === undefined) return undefined;
  // What a resource filter covers and misses is counted across the whole input.
  if (resourceFilter !== undefined) return undefined;
  if (needsNumbers(fast, counters, suppressor?.conditions ?? [])) return undefined;
  // A pipe (`-r <(...)`) can be read once only.
  const files = [...settings.rules, ...settings.policy.filter(isPolicyFile)];
  if (!files.every(isReadAgain)) return undefined;
  const duplicates = wanted === 'count' ? 'list' : 'keep';
  const workerData: WorkerData = {
    duplicates,
    args: invocation.args,
    settings,
    ruleSwitches: invocation.ruleSwitches,
    config: invocation.config,
    now: terminal.now(),
    stdoutIsTTY: terminal.stdout.isTTY,
    env: { ...terminal.env },
    cwd: terminal.cwd,
  };
  return {
    count: count - 1,
    start: (receive, failed) => startWorker(workerData, count > 2 ? TIGHT : ROOMY, receive, failed),
    rest: (alone) => (alone ? releaseMemory() : holdMemory()),
    local: () => rangeWork(ownCounts(prepared, fast), settings, duplicates),
    ignored: (counts) => suppressor?.add(counts.map((each) => ({ count: each }))),
  };
}

/** What a thread counts, apart from the counts of the scan. */
function ownCounts({ rules, counters, suppressor }: PreparedScan, fast: EngineOptions): Evaluation {
  const own = suppressor?.copy();
  const suppress: EngineOptions['suppress'] =
    own === undefined ? undefined : (rule, event) => own.suppress(rule, event);
  return {
    rules,
    counters: counters.map((counter) => new RuleCounter(counter.rules, counter.placements)),
    fast: { ...fast, suppress },
    suppressor: own,
  };
}

function isReadAgain(path: string): boolean {
  try {
    const stats = statSync(path);
    return stats.isFile() || stats.isDirectory();
  } catch {
    return false;
  }
}

function startWorker(
  workerData: WorkerData,
  { maxYoungGenerationSizeMb, warmAfter }: typeof TIGHT,
  receive: (message: FromWorker) => void,
  failed: (error: unknown) => void,
): WorkerThread {
  const { script, isText } = workerScript();
  const worker = new Worker(script, {
    eval: isText,
    workerData,
    resourceLimits: { maxYoungGenerationSizeMb },
  });
  let stopped = false;
  let messages = -1;
  const heard = (): void => {
    if (++messages === warmAfter) holdMemory();
  };
  // Not before: V8 resets this for every thread that starts.
  worker.on('online', heard);
  worker.on('message', (message: FromWorker) => {
    heard();
    receive(message);
  });
  worker.on('error', failed);
  worker.on('messageerror', failed);
  worker.on('exit', (code) => {
    if (!stopped) failed(new Error(`it ended early, with code ${code}`));
  });
  return {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- that is for windows
    post: (message) => worker.postMessage(message),
    stop() {
      stopped = true;
      return worker.terminate();
    },
  };
}

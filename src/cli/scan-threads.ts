import { statSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { RuleSwitch } from '../rules/select.ts';
import type { Source } from '../io/sources.ts';
import { needsNumbers } from '../scan/numbering.ts';
import type { FromWorker } from '../scan/ranges.ts';
import type { ScanThreads, WorkerThread } from '../scan/scan-threads.ts';
import { workerScript } from './assets.ts';
import type { Invocation } from './command.ts';
import type { FoundConfig } from './config-files.ts';
import type { PreparedScan } from './prepare-scan.ts';
import { isPolicyFile } from './settings.ts';

/** What a thread needs to prepare the same scan. */
export interface WorkerData {
  readonly args: readonly string[];
  readonly settings: Invocation['settings'];
  readonly ruleSwitches: readonly RuleSwitch[];
  readonly config: readonly FoundConfig[];
  /** Milliseconds since the epoch: when ignore entries expire must not depend on the thread. */
  readonly now: number;
  readonly stdoutIsTTY: boolean;
  readonly env: Invocation['terminal']['env'];
  readonly cwd: string;
}

/** The threads of a scan; undefined when it is to have one, or its threads could differ. */
export function threadsOf(
  invocation: Invocation,
  prepared: PreparedScan,
  sources: readonly Source[],
): ScanThreads | undefined {
  const { settings, terminal } = invocation;
  const { fast, counters, suppressor, resourceFilter } = prepared;
  const count = settings.threads ?? 1;
  if (count < 2 || sources.length !== 1 || fast === undefined) return undefined;
  // What a resource filter covers and misses is counted across the whole input.
  if (resourceFilter !== undefined) return undefined;
  if (needsNumbers(fast, counters, suppressor?.conditions ?? [])) return undefined;
  // A pipe (`-r <(...)`) can be read once only.
  const files = [...settings.rules, ...settings.policy.filter(isPolicyFile)];
  if (!files.every(isReadAgain)) return undefined;
  const workerData: WorkerData = {
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
    count,
    start: (receive, failed) => startWorker(workerData, receive, failed),
    ignored: (counts) => suppressor?.add(counts.map((each) => ({ count: each }))),
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
  receive: (message: FromWorker) => void,
  failed: (error: unknown) => void,
): WorkerThread {
  const { script, isText } = workerScript();
  const worker = new Worker(script, {
    eval: isText,
    workerData,
    // Little lives long here: a larger nursery is memory without use.
    resourceLimits: { maxYoungGenerationSizeMb: 8 },
  });
  let stopped = false;
  worker.on('message', receive);
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

import { Worker } from 'node:worker_threads';
import type { ScanPlan } from '../../scan/plan.ts';
import type { FromWorker, ScanThreads, WorkerThread } from '../../scan/threads/contract.ts';
import { workerScript } from '../assets.ts';
import { holdMemory, releaseMemory } from '../terminal/engine-flags.ts';

/**
 * V8's nursery per thread, and after how many of its messages heap growth stops in all threads: by then a
 * thread has grown to what it needs.
 */
const ROOMY = { maxYoungGenerationSizeMb: 4, warmAfter: 64 };
const TIGHT = { maxYoungGenerationSizeMb: 4, warmAfter: 0 };

/** The threads of a scan; undefined when it is to have one. */
export function threadsFor(plan: ScanPlan): ScanThreads | undefined {
  if (plan.threads < 2) return undefined;
  const size = plan.threads > 2 ? TIGHT : ROOMY;
  return {
    count: plan.threads - 1,
    start: (receive, failed) => startWorker(plan, size, receive, failed),
    rest: (alone) => (alone ? releaseMemory() : holdMemory()),
  };
}

/** Starts a thread with the plan as it is: what would be left out of it here, the thread would not do. */
function startWorker(
  plan: ScanPlan,
  { maxYoungGenerationSizeMb, warmAfter }: typeof TIGHT,
  receive: (message: FromWorker) => void,
  failed: (error: unknown) => void,
): WorkerThread {
  const { script, isText } = workerScript('scan');
  const worker = new Worker(script, {
    eval: isText,
    workerData: plan,
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

import { Worker } from 'node:worker_threads';
import type { ScanPlan } from '../../scan/plan.ts';
import type { FromWorker, ScanThreads, WorkerThread } from '../../scan/threads/contract.ts';
import { workerScript } from '../assets.ts';
import { holdMemory, releaseMemory } from '../terminal/engine-flags.ts';

/** V8's nursery in a further thread, which scans and makes little that is thrown away. */
const RESOURCE_LIMITS = { maxYoungGenerationSizeMb: 4 };
/**
 * After how many messages of a thread heap growth stops in all threads. By then the one that writes has grown to what
 * it needs; next to several others it does not get that much.
 */
const WARM_AFTER = 64;

/** The threads of a scan; undefined when it is to have one. */
export function threadsFor(plan: ScanPlan): ScanThreads | undefined {
  if (plan.threads < 2) return undefined;
  const warmAfter = plan.threads > 2 ? 0 : WARM_AFTER;
  return {
    count: plan.threads - 1,
    start: (receive, failed) => startWorker(plan, warmAfter, receive, failed),
    rest: (alone) => (alone ? releaseMemory() : holdMemory()),
  };
}

/** Starts a thread with the plan as it is: what would be left out of it here, the thread would not do. */
function startWorker(
  plan: ScanPlan,
  warmAfter: number,
  receive: (message: FromWorker) => void,
  failed: (error: unknown) => void,
): WorkerThread {
  const { script, isText } = workerScript('scan');
  const worker = new Worker(script, {
    eval: isText,
    workerData: plan,
    resourceLimits: RESOURCE_LIMITS,
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

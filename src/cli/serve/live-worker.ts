// Runs in a thread of its own: evaluates what `serve` receives, for the thread that answers requests.
import { parentPort, workerData } from 'node:worker_threads';
import type { FromLive, LiveSetup, ToLive } from './live-messages.ts';
import { failure, LiveThread } from './live-thread.ts';

const port = parentPort!;
const tell = (message: FromLive): void => port.postMessage(message);
const thread = new LiveThread(tell);
port.on('message', (message: ToLive) => thread.receive(message));
thread.run(workerData as LiveSetup).catch((error: unknown) => tell(failure(error)));

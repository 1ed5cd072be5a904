/** One input of a merge. */
export interface MergeInput<T> {
  /** Time of its first item: it is opened when the merge gets there. */
  readonly start: bigint;
  open(): AsyncIterable<readonly T[]>;
}

interface Front<T> {
  readonly order: number;
  readonly batches: AsyncIterator<readonly T[]>;
  batch: readonly T[];
  next: number;
  time: bigint;
}

/** Items handed over at once, at most. */
const BATCH = 4096;

/**
 * Items of several inputs in the order of their times, in batches; equal times in the order of the inputs. What an
 * input handed over is of no use any more when its next batch is asked for, which is when the items before have been
 * taken.
 *
 * Each input is taken to be in order, which bounds the memory to one batch per open input. An item
 * that is earlier than one before it is handed over at once and counted by `onDisorder`.
 */
export async function* mergeByTime<T>(
  inputs: readonly MergeInput<T>[],
  timeOf: (item: T) => bigint,
  onDisorder: (item: T) => void,
): AsyncGenerator<readonly T[]> {
  const waiting = inputs
    .map((input, order) => ({ input, order }))
    .toSorted((a, b) => compare(b.input.start, a.input.start));
  const heap: Front<T>[] = [];
  const before = (a: Front<T>, b: Front<T>): boolean =>
    a.time < b.time || (a.time === b.time && a.order < b.order);
  let latest: bigint | undefined;
  let batch: T[] = [];
  try {
    for (;;) {
      for (;;) {
        const next = waiting.at(-1);
        if (next === undefined || (heap[0] !== undefined && heap[0].time < next.input.start)) break;
        waiting.pop();
        const batches = next.input.open()[Symbol.asyncIterator]();
        const front: Front<T> = { order: next.order, batches, batch: [], next: 0, time: 0n };
        if (await advance(front, timeOf)) push(heap, front, before);
      }
      const front = heap[0];
      if (front === undefined) break;
      const item = front.batch[front.next++]!;
      if (latest !== undefined && front.time < latest) onDisorder(item);
      else latest = front.time;
      batch.push(item);
      if (front.next === front.batch.length || batch.length === BATCH) {
        yield batch;
        batch = [];
      }
      if (hasNext(front, timeOf) || (await advance(front, timeOf))) sink(heap, 0, before);
      else remove(heap, before);
    }
    if (batch.length > 0) yield batch;
  } finally {
    // The inputs that are open end with the merge.
    for (const { batches } of heap) await batches.return?.();
  }
}

/** Moves to the next item; false at the end of the input. */
async function advance<T>(front: Front<T>, timeOf: (item: T) => bigint): Promise<boolean> {
  while (!hasNext(front, timeOf)) {
    const step = await front.batches.next();
    if (step.done === true) return false;
    front.batch = step.value;
    front.next = 0;
  }
  return true;
}

/** Looks at the next item of the batch; false at its end. */
function hasNext<T>(front: Front<T>, timeOf: (item: T) => bigint): boolean {
  const item = front.batch[front.next];
  if (item === undefined) return false;
  front.time = timeOf(item);
  return true;
}

type Before<T> = (a: Front<T>, b: Front<T>) => boolean;

function push<T>(heap: Front<T>[], front: Front<T>, before: Before<T>): void {
  heap.push(front);
  let i = heap.length - 1;
  while (i > 0) {
    const parent = (i - 1) >> 1;
    if (!before(heap[i]!, heap[parent]!)) return;
    swap(heap, i, parent);
    i = parent;
  }
}

function remove<T>(heap: Front<T>[], before: Before<T>): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  heap[0] = last;
  sink(heap, 0, before);
}

function sink<T>(heap: Front<T>[], from: number, before: Before<T>): void {
  let i = from;
  for (;;) {
    let least = i;
    for (const child of [2 * i + 1, 2 * i + 2]) {
      if (child < heap.length && before(heap[child]!, heap[least]!)) least = child;
    }
    if (least === i) return;
    swap(heap, i, least);
    i = least;
  }
}

function swap<T>(heap: Front<T>[], a: number, b: number): void {
  const kept = heap[a]!;
  heap[a] = heap[b]!;
  heap[b] = kept;
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

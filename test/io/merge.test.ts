import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeByTime } from '../../src/io/merge.ts';
import type { MergeInput } from '../../src/io/merge.ts';

interface Item {
  readonly time: bigint;
  readonly from: number;
}

function input(from: number, times: readonly number[], opened: number[] = []): MergeInput<Item> {
  const items = times.map((time) => ({ time: BigInt(time), from }));
  return {
    start: items[0]?.time ?? 0n,
    async *open() {
      opened.push(from);
      for (let i = 0; i < items.length; i += 2) yield items.slice(i, i + 2);
    },
  };
}

async function merge(
  inputs: readonly MergeInput<Item>[],
): Promise<{ items: Item[]; late: Item[] }> {
  const items: Item[] = [];
  const late: Item[] = [];
  const merged = mergeByTime(
    inputs,
    (item) => item.time,
    (item) => late.push(item),
  );
  for await (const batch of merged) items.push(...batch);
  return { items, late };
}

const texts = (items: readonly Item[]): string[] =>
  items.map((item) => `${item.time}/${item.from}`);

describe('merging by time', () => {
  it('puts inputs that are in order in one order', async () => {
    const { items, late } = await merge([input(0, [1, 4, 4, 9]), input(1, [2, 4]), input(2, [])]);
    expect(texts(items)).toEqual(['1/0', '2/1', '4/0', '4/0', '4/1', '9/0']);
    expect(late).toEqual([]);
  });

  it('opens an input when the merge gets there', async () => {
    const opened: number[] = [];
    const merged = mergeByTime(
      [input(0, [100], opened), input(1, [1, 2, 3], opened)],
      (item) => item.time,
      () => {},
    );
    await merged.next();
    expect(opened).toEqual([1]);
    await merged.return(undefined);
  });

  it('hands over items that are late, and says so', async () => {
    const { items, late } = await merge([input(0, [5, 1, 6]), input(1, [4])]);
    expect(texts(items)).toEqual(['4/1', '5/0', '1/0', '6/0']);
    expect(texts(late)).toEqual(['1/0']);
  });

  it('equals a stable sort for inputs in order', async () => {
    const times = fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(fc.array(times, { maxLength: 6 }), async (lists) => {
        const sorted = lists.map((list) => list.toSorted((a, b) => a - b));
        const all = sorted.flatMap((list, from) =>
          list.map((time) => ({ time: BigInt(time), from })),
        );
        const wanted = all.toSorted((a, b) => Number(a.time - b.time));
        const { items } = await merge(sorted.map((list, from) => input(from, list)));
        expect(texts(items)).toEqual(texts(wanted));
      }),
    );
  });
});

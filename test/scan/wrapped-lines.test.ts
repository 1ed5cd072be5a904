import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { plainLine } from '../fast/corpus.ts';
import { Random } from '../fast/random.ts';
import { listsLog } from '../fuzz/event-lists.mjs';
import { temporaryFolder } from '../io/temp.ts';
import { seeds } from '../seeds.ts';
import { outcome } from './outcome.ts';

function written(name: string, content: string): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, content);
  return path;
}

// The fuzzer (test/fuzz) makes lines of this kind as well, by the thousand.
test.each(seeds(4))(
  'both engines tell the same of lines with events in them (seed %i)',
  async (seed) => {
    const random = new Random(700 + seed);
    const path = written(
      `${seed}.log`,
      listsLog(random, 40, () => plainLine(random)),
    );
    const changes = random.chance(50) ? { duplicates: 'count' as const } : {};
    const reference = await outcome([path], 'reference', changes);
    const fast = await outcome([path], 'fast', changes);
    expect(fast.findings).toEqual(reference.findings);
    expect(fast.rest).toBe(reference.rest);
  },
);

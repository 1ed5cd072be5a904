import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { annotationSlots } from '../../src/fast/wasm/annotation-slots.ts';
import { rulesOf } from './conditions.ts';
import { scanFast, scanReference, type Outcome } from './engines.ts';

/** As a JSON pointer's segment in a field argument. */
const escaped = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');

const lineOf = (id: number, annotations: Readonly<Record<string, string>>): string =>
  JSON.stringify({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Metadata',
    auditID: `id-${id}`,
    stage: 'ResponseComplete',
    requestURI: '/api/v1/namespaces',
    verb: 'list',
    user: { username: 'jane' },
    stageTimestamp: '2026-04-01T10:00:00.000000Z',
    annotations,
  });

/** What both engines say of events that each have one of the keys, and of one that has them all. */
async function bothEngines(keys: readonly string[]): Promise<readonly [Outcome, Outcome]> {
  const conditions = keys.map((key) => `jevt.value[/annotations/${escaped(key)}] = yes`);
  const rules = await rulesOf(conditions);
  const lines = [
    ...keys.map((key, id) => lineOf(id, { [key]: 'yes' })),
    lineOf(keys.length, Object.fromEntries(keys.map((key) => [key, 'yes']))),
    lineOf(keys.length + 1, {}),
  ];
  const input = Buffer.from(`${lines.join('\n')}\n`);
  const options = { rules, matching: 'all' } as const;
  return [scanReference(input, options), scanFast(input, options, 4096)];
}

test.each([
  [['backup.example.com/last-run', 'backup.example.org/last-run']],
  [['authorization.k8s.eu/decision', 'authorization.k8s.io/decision']],
  [['abcdefghabcdefgh', 'abcdefghijabcdefgh', 'abcdefghijklmnopabcdefgh']],
  [['audit.k8s.io/truncated', 'audit.k8s.iu/truncated', 'audit.k8s.eu/not-truncated']],
])('keys that share their first and last bytes are told apart: %j', async (keys) => {
  const [reference, fast] = await bothEngines(keys);
  expect(reference.findings).toHaveLength(2 * keys.length);
  expect(fast).toEqual(reference);
});

test('of keys that share a place in every table one has a slot', () => {
  const slots = annotationSlots(['backup.example.com/last-run', 'backup.example.org/last-run']);
  expect(slots.map(({ path }) => path[1])).toEqual(['backup.example.com/last-run']);
});

/** Keys of a few letters that often begin and end alike, or have the same letters in other places. */
const adversarial = fc
  .tuple(
    fc.constantFrom('aaaaaaaa', 'aaaaaaab', 'authoriz', 'baaaaaaa'),
    fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 12 }),
    fc.constantFrom('aaaaaaaa', 'aaaaaaab', 'decision', 'baaaaaaa'),
  )
  .map((parts) => parts.join(''));
const anyKey = fc.string({
  unit: fc.constantFrom('a', 'b', 'c', 'y', 'z', '0', '9', '-', '_', '.', '/'),
  minLength: 1,
  maxLength: 40,
});

test('any set of keys is scanned, with the reference engine’s findings', async () => {
  const keys = fc.uniqueArray(fc.oneof(anyKey, adversarial), { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(keys, async (set) => {
      const [reference, fast] = await bothEngines(set);
      expect(reference.findings).toHaveLength(2 * set.length);
      expect(fast).toEqual(reference);
    }),
    { numRuns: 150 },
  );
});

import { beforeAll, describe, expect, test } from 'vitest';
import { inflateRawSync } from 'node:zlib';
import { choicesOf, chosenBy } from '../../src/page/data/choices.ts';
import type { Term } from '../../src/page/data/case-view.ts';
import type { ItemFilter } from '../../src/page/data/item-filter.ts';
import type { ItemViewName, Sections } from '../../src/page/data/case-lists.ts';
import { runCli } from '../cli/run-cli.ts';

const NONE: ItemFilter = { is: [], not: [], from: undefined, to: undefined };
const MALLORY: Term = { field: 'user', value: 'mallory@example.com' };
let sections: Sections;

beforeAll(async () => {
  const files = ['exec-session', 'anonymous-access', 'node-debug'].map(
    (name) => `samples/${name}.log`,
  );
  const { stdout } = await runCli({ args: ['scan', ...files, '-q', '-f', 'html'] });
  const part = (name: string): unknown => {
    const text = new RegExp(`data-part="${name}"[^>]*>([^<]*)<`).exec(stdout)![1]!;
    return JSON.parse(inflateRawSync(Buffer.from(text, 'base64')).toString());
  };
  sections = Object.fromEntries(
    ['incidents', 'identities', 'objects', 'sessions'].map((name) => [name, part(name)]),
  ) as unknown as Sections;
});

function titles(view: ItemViewName, filter: Partial<ItemFilter>): string[] {
  const all = choicesOf(view, sections);
  return chosenBy('', { ...NONE, ...filter }, view, all, sections).map(({ title }) => title);
}

describe('lists of things', () => {
  test.each<ItemViewName>(['incidents', 'identities', 'objects', 'sessions'])(
    'of %s are parted by a user',
    (view) => {
      const all = titles(view, {});
      const own = titles(view, { is: [MALLORY] });
      const others = titles(view, { not: [MALLORY] });
      expect(own.length).toBeGreaterThan(0);
      expect(own.length + others.length).toBe(all.length);
      expect(titles(view, { is: [MALLORY], not: [MALLORY] })).toEqual([]);
    },
  );

  test('are parted by namespace and object', () => {
    const inShop: Term = { field: 'namespace', value: 'shop' };
    const objects = titles('objects', { is: [inShop] });
    expect(objects.length).toBeGreaterThan(0);
    expect(objects.every((name) => name.startsWith('shop/'))).toBe(true);
    expect(titles('objects', { not: [inShop] }).some((name) => name.startsWith('shop/'))).toBe(
      false,
    );
    const [session] = sections.sessions;
    // Findings name the exec of a pod, sessions the pod.
    const exec: Term = { field: 'object', value: `${session!.object}/exec` };
    const count = sections.sessions.filter(({ object }) => object === session!.object).length;
    expect(titles('sessions', { is: [exec] })).toHaveLength(count);
    // Nothing of a list is chosen by what its entries have not.
    expect(titles('sessions', { is: [{ field: 'tag', value: 'T1611' }] })).toEqual(
      titles('sessions', {}),
    );
  });

  test.each<ItemViewName>(['incidents', 'identities', 'objects', 'sessions'])(
    'of %s are cut by time',
    (view) => {
      const all = titles(view, {});
      expect(titles(view, { from: '2026-01-01 00:00:00', to: '2027-01-01 00:00:00' })).toEqual(all);
      expect(titles(view, { from: '2027-01-01 00:00:00' })).toEqual([]);
      expect(titles(view, { to: '2026-01-01 00:00:00' })).toEqual([]);
      const early = titles(view, { to: '2026-03-03 21:45:00' });
      expect(early.length).toBeGreaterThan(0);
      expect(early.length).toBeLessThan(all.length);
    },
  );
});

import { describe, expect, it } from 'vitest';
import { diffLines, unifiedDiff } from '../../src/util/line-diff.ts';

const TEN = 'a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n';

describe('unifiedDiff', () => {
  it.each([
    ['nothing', 'a\n', 'a\n', ''],
    [
      'a changed line',
      TEN,
      TEN.replace('e', 'E'),
      '--- x\n+++ y\n@@ -2,7 +2,7 @@\n b\n c\n d\n-e\n+E\n f\n g\n h\n',
    ],
    ['an added file', '', 'a\nb\n', '--- x\n+++ y\n@@ -0,0 +1,2 @@\n+a\n+b\n'],
    ['a removed end', 'a\nb\n', 'a\n', '--- x\n+++ y\n@@ -1,2 +1,1 @@\n a\n-b\n'],
  ])('shows %s', (_what, before, after, diff) => {
    expect(unifiedDiff(before, after, 'x', 'y')).toBe(diff);
  });

  it('parts changes that are far from each other', () => {
    const after = TEN.replace('a', 'A').replace('j', 'J');
    expect(unifiedDiff(TEN, after, 'x', 'y').match(/^@@/gm)).toHaveLength(2);
  });
});

describe('diffLines', () => {
  it('finds what stayed between changes', () => {
    const lines = diffLines(['a', 'b', 'c', 'd'], ['b', 'x', 'd', 'e']);
    expect(lines.map(({ kind, text }) => kind + text)).toEqual([
      '-a',
      ' b',
      '-c',
      '+x',
      ' d',
      '+e',
    ]);
  });
});

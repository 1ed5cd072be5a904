import { describe, expect, test } from 'vitest';
import { followedFiles } from '../../../src/io/follow/followed-files.ts';
import { inOrder, isRotationOf, rotationsAmong } from '../../../src/io/follow/names.ts';

describe('names of rotated files', () => {
  test.each([
    ['audit.log', 'audit.log.1'],
    ['audit.log', 'audit.log.12.gz'],
    ['audit.log', 'audit.log.3.0'],
    ['audit.log', 'audit.log.20260401'],
    ['audit.log', 'audit.log-20260401.gz'],
    ['audit.log', 'audit.log-2026040113'],
    ['audit.log', 'audit.log.gz'],
    ['audit.log', 'audit.log.old'],
    ['audit.log', 'audit-2026-04-01T12-00-00.000.log'],
    ['audit.log', 'audit-2026-04-01T12-00-00.000.log.gz'],
    ['audit.log', 'audit-20260401.log.zst'],
    ['0.log', '0.log.20260401-120000'],
    ['kube', 'kube.1'],
  ])('of %s: %s', (live, name) => {
    expect(isRotationOf(live, name)).toBe(true);
  });

  test.each([
    ['audit.log', 'audit.log'],
    ['audit.log', 'audit-1.log'],
    ['audit.log', 'audit-api.log'],
    ['audit.log', 'audit.log.tmp'],
    ['audit.log', 'audit.log.1.swp'],
    ['audit.log', 'my-audit.log.1'],
    ['0.log', '1.log'],
    ['a.log', `a.log.${'1'.repeat(60)}`],
  ])('not of %s: %s', (live, name) => {
    expect(isRotationOf(live, name)).toBe(false);
  });
});

describe('order of rotated files', () => {
  const file = (name: string, modified = 0, born = 0) => ({
    name,
    modified: BigInt(modified),
    born: BigInt(born),
  });
  const order = (files: readonly ReturnType<typeof file>[], older: typeof files = []) =>
    inOrder('audit.log', files, older).map(({ name }) => name);

  test('is that of the dates in their names, whatever their times', () => {
    const files = [
      file('audit-2026-04-01T12-00-02.000.log', 1),
      file('audit-2026-04-01T12-00-00.000.log.gz', 3),
      file('audit-2026-04-01T12-00-01.000.log', 2),
    ];
    expect(order(files)).toEqual([files[1], files[2], files[0]].map((entry) => entry!.name));
  });

  test('is that of their times when names say nothing', () => {
    expect(order([file('audit.log.old', 9), file('audit.log.1', 5)])).toEqual([
      'audit.log.1',
      'audit.log.old',
    ]);
    expect(order([file('audit.log.bak', 5, 2), file('audit.log.old', 5, 1)])).toEqual([
      'audit.log.old',
      'audit.log.bak',
    ]);
  });

  test('counts down for logrotate', () => {
    const files = [file('audit.log.1', 30), file('audit.log.2', 20), file('audit.log.10', 10)];
    expect(order(files)).toEqual(['audit.log.10', 'audit.log.2', 'audit.log.1']);
    // Of one tick of the clock: as logrotate counts, unless others show the contrary.
    expect(order([file('audit.log.1'), file('audit.log.2')])).toEqual([
      'audit.log.2',
      'audit.log.1',
    ]);
  });

  test('counts up when times or older files say so', () => {
    const files = [file('audit.log.12', 30), file('audit.log.9', 20), file('audit.log.10', 20)];
    expect(order(files)).toEqual(['audit.log.9', 'audit.log.10', 'audit.log.12']);
    const burst = [file('audit.log.4.1', 7), file('audit.log.4.0', 7), file('audit.log.4.2', 7)];
    expect(order(burst, [file('audit.log.3', 7)])).toEqual([
      'audit.log.4.0',
      'audit.log.4.1',
      'audit.log.4.2',
    ]);
  });
});

describe('among the names of a directory', () => {
  const names = [
    'a',
    'a.1',
    'a.log',
    'a.log.1',
    'a.log.1.gz',
    'a-2026-01-01T00-00-00.000.log',
    'a.log-20260101',
    'a.log-20260101.1',
    'ab.log',
    'ab.log.old',
    'audit',
    'audit.log',
    'b.log.2',
    'ä.log',
    'ä.log.1',
  ];

  test('rotated files are found by their start', () => {
    const sorted = names.toSorted();
    for (const live of [...names, 'A', 'zz.log']) {
      expect([...rotationsAmong(sorted, live)]).toEqual(
        sorted.filter((name) => isRotationOf(live, name)),
      );
    }
  });

  test('each belongs to the shortest name that it is a rotation of', () => {
    const sources = names.map((name) => ({ name, path: `/logs/${name}`, size: 0 }));
    const owners = followedFiles(sources).map(({ name, also }) => [name, [...also].toSorted()]);
    expect(Object.fromEntries(owners)).toEqual({
      a: ['/logs/a.1'],
      'a.log': [
        '/logs/a-2026-01-01T00-00-00.000.log',
        '/logs/a.log-20260101',
        '/logs/a.log-20260101.1',
        '/logs/a.log.1',
        '/logs/a.log.1.gz',
      ],
      'ab.log': ['/logs/ab.log.old'],
      audit: [],
      'audit.log': [],
      'b.log.2': [],
      'ä.log': ['/logs/ä.log.1'],
    });
  });
});

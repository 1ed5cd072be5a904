import { describe, expect, test } from 'vitest';
import { inOrder, isRotationOf } from '../../../src/io/follow/names.ts';

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

import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { matchesName } from '../../src/io/path-glob.ts';
import { byRotation, isCompressedName } from '../../src/io/rotation.ts';
import { expandSources, isLogName, withSlashes } from '../../src/io/sources.ts';
import { isForThreads } from '../../src/scan/threads/jobs.ts';
import { temporaryFolder } from './temp.ts';

function tree(...files: string[]): string {
  const root = temporaryFolder();
  for (const file of files) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), '');
  }
  return root;
}

const expand = (root: string, ...paths: string[]): { names: string[]; problems: string[] } => {
  const { sources, problems } = expandSources(
    paths.map((path) => (path === '-' ? path : join(root, path))),
  );
  return {
    names: sources.map((source) => source.name.replace(`${root}/`, '')),
    problems: problems.map(
      (problem) => `${problem.path.replace(`${root}/`, '')}:${problem.reason}`,
    ),
  };
};

describe('sources', () => {
  it('keeps the order of files, and reads each once', () => {
    const root = tree('b.log', 'a.log');
    expect(expand(root, 'b.log', 'a.log', 'b.log', '-').names).toEqual(['b.log', 'a.log', '-']);
  });

  it('takes a named file whatever its ending', () => {
    expect(expand(tree('odd.bin'), 'odd.bin').names).toEqual(['odd.bin']);
  });

  it('searches directories recursively for log files', () => {
    const root = tree(
      'd/audit.log',
      'd/notes.md',
      'd/.hidden.log',
      'd/sub/x.json',
      'd/.git/y.log',
      'd/z.log.gz',
    );
    expect(expand(root, 'd').names).toEqual(['d/audit.log', 'd/z.log.gz', 'd/sub/x.json']);
  });

  it('puts rotated sets in the order of time', () => {
    const root = tree(
      'd/audit.log',
      'd/audit-2026-01-02T03-04-05.678.log',
      'd/audit-2026-01-01T00-00-00.000.log.gz',
    );
    expect(expand(root, 'd').names).toEqual([
      'd/audit-2026-01-01T00-00-00.000.log.gz',
      'd/audit-2026-01-02T03-04-05.678.log',
      'd/audit.log',
    ]);
  });

  it('does not follow links in a circle', () => {
    const root = tree('d/a.log');
    symlinkSync(join(root, 'd'), join(root, 'd/loop'));
    expect(expand(root, 'd').names).toEqual(['d/a.log']);
  });

  it('takes a file once to which links lead: by its own name, or by those when it is followed', () => {
    const root = tree('d/pods/0.log', 'd/pods/1.log', 'else/2.log');
    mkdirSync(join(root, 'd/links'));
    for (const [to, link] of [
      ['../pods/0.log', 'd/links/a.log'],
      ['../pods/0.log', 'd/links/b.log'],
      ['0.log', 'd/pods/current.log'],
      ['../../else/2.log', 'd/links/c.log'],
      ['../../else/2.log', 'd/links/d.log'],
    ])
      symlinkSync(to!, join(root, link!));
    expect(expand(root, 'd')).toEqual({
      names: ['d/links/c.log', 'd/pods/0.log', 'd/pods/1.log'],
      problems: [],
    });
    const named = ['d/links/a.log', 'd/pods/0.log', 'd/pods/1.log'].map((name) => join(root, name));
    const names = (isFollowed: boolean): string[] =>
      expandSources(named, isFollowed).sources.map(({ name }) => name);
    expect(names(false)).toEqual(named.slice(1));
    expect(names(true)).toEqual([named[0], named[2]]);
  });

  it('names pipes in directories, which nobody may ever write to, and reads those that are named', () => {
    const root = tree('d/a.log');
    execFileSync('mkfifo', [join(root, 'd/pipe.log'), join(root, 'd/no-log')]);
    symlinkSync('pipe.log', join(root, 'd/link.log'));
    const { names, problems } = expand(root, 'd');
    expect(names).toEqual(['d/a.log']);
    expect(problems).toEqual(['d/link.log:unreadable', 'd/pipe.log:unreadable']);
    expect(expand(root, 'd/pipe.log')).toEqual({ names: ['d/pipe.log'], problems: [] });
  });

  it('expands patterns', () => {
    const root = tree('m1/audit.log', 'm2/audit.log', 'm2/other.log', 'm2/deep/audit.log');
    expect(expand(root, 'm*/audit.log').names).toEqual(['m1/audit.log', 'm2/audit.log']);
    expect(expand(root, '**/audit.log').names).toEqual([
      'm1/audit.log',
      'm2/audit.log',
      'm2/deep/audit.log',
    ]);
    expect(expand(root, 'm?/oth*').names).toEqual(['m2/other.log']);
  });

  it('knows objects of Firehose and Fluent Bit, which have no ending', () => {
    const names = [
      'd/2026/03/ds-1-2026-03-05-10-05-12-b9f2c1d4-1111-2222-3333-1234567890ab',
      'd/fb/00-objectA1b2C3d4',
    ];
    expect(expand(tree(...names, 'd/2026/03/ds-1-2026-03-05'), 'd').names).toEqual(names);
  });

  it('says what a directory without logs holds, and reads it with the pattern that it names', () => {
    const root = tree('d/in/one', 'd/in/two', 'd/three');
    expect(expandSources([join(root, 'd')]).problems).toEqual([
      {
        path: join(root, 'd'),
        reason: 'no-logs',
        detail: `only 3 files like three, a name that is none of a log; to read all: '${join(root, 'd/**')}'`,
      },
    ]);
    expect(expand(root, 'd/**').names.toSorted()).toEqual(['d/in/one', 'd/in/two', 'd/three']);
  });

  it('takes a file whose name looks like a pattern', () => {
    expect(expand(tree('a*.log', 'ab.log'), 'a*.log').names).toEqual(['a*.log']);
  });

  it('names what a pattern could not look at, and goes on', () => {
    const root = tree('a/x.log');
    symlinkSync('loop', join(root, 'loop'));
    expect(expand(root, '*/x.log')).toEqual({
      names: ['a/x.log'],
      problems: ['loop/x.log:unreadable'],
    });
    expect(expand(root, '**').problems).toEqual(['loop:unreadable']);
    // Then the pattern is not said to fit nothing.
    expect(expand(root, 'l*/x.log').problems).toEqual(['loop/x.log:unreadable']);
  });

  it.skipIf(process.getuid?.() === 0)('names directories that may not be looked into', () => {
    const root = tree('a/x.log', 'shut/x.log', 'half/x.log');
    chmodSync(join(root, 'shut'), 0);
    chmodSync(join(root, 'half'), 0o444);
    const problems = ['half:unreadable', 'shut:unreadable'];
    for (const pattern of ['*/x.log', '**/x.log', '**']) {
      expect(expand(root, pattern)).toEqual({ names: ['a/x.log'], problems });
    }
    // Why there are no logs is said once.
    expect(expand(root, 'shut').problems).toEqual(['shut:unreadable']);
    chmodSync(join(root, 'shut'), 0o755);
    chmodSync(join(root, 'half'), 0o755);
  });

  it('names what leads nowhere and goes on', () => {
    const root = tree('a.log', 'empty/.hidden');
    const { names, problems } = expand(root, 'gone.log', 'a.log', 'empty', 'x*.log', 'a.log/b');
    expect(names).toEqual(['a.log']);
    expect(problems).toEqual([
      'gone.log:missing',
      'empty:no-logs',
      'x*.log:no-logs',
      'a.log/b:missing',
    ]);
  });
});

describe('paths of Windows', () => {
  it('have slashes, so that a place is the same on every system', () => {
    expect(withSlashes(String.raw`C:\logs\audit.log`, '\\')).toBe('C:/logs/audit.log');
    expect(withSlashes(String.raw`logs\audit.log`, '/')).toBe(String.raw`logs\audit.log`);
  });
});

describe('log file names', () => {
  it.each([
    ['audit.log', true],
    ['AUDIT.LOG', true],
    ['audit.log.1', true],
    ['audit.log.2.gz', true],
    ['audit.log.2026-01-02', true],
    ['audit.log-20260102', true],
    ['audit.log-2026-01-02T03:04:05+02:00', true],
    ['audit.json_1', true],
    ['audit.log.old', true],
    ['audit.logs-1', false],
    ['audit.log-x', false],
    ['audit.ndjson.zst', true],
    ['PT1H.json', true],
    ['.audit.log', false],
    ['audit.log.bak', false],
    ['audit.yaml', false],
    ['log', false],
  ])('%s: %s', (name, expected) => {
    expect(isLogName(name)).toBe(expected);
  });
});

describe('names of compressed files', () => {
  it.each([
    ['audit.log.gz', true],
    ['AUDIT.GZ', true],
    ['audit.log.ZST', true],
    ['audit.log.gz.1', true],
    ['audit.log.GZ.20260102', true],
    ['audit.log.zst.2026-01-02T03:04:05', true],
    ['audit.log', false],
    ['audit.log.1', false],
    ['gz', false],
    ['audit.gz.log', false],
    ['audit.gzip', false],
    ['dir.gz.1/audit.log', false],
  ])('%s: %s', (name, expected) => {
    expect(isCompressedName(name)).toBe(expected);
    // What is compressed is counted as larger where threads are weighed.
    expect(isForThreads([{ name, path: name, size: 100 }], 400)).toBe(expected);
  });
});

describe('rotation order', () => {
  it.each([
    [
      ['audit.log', 'audit.log.1', 'audit.log.10.gz', 'audit.log.2'],
      ['audit.log.10.gz', 'audit.log.2', 'audit.log.1', 'audit.log'],
    ],
    [
      ['audit.log', 'audit.log.GZ.1', 'audit.log.gz.2'],
      ['audit.log.gz.2', 'audit.log.GZ.1', 'audit.log'],
    ],
    [
      ['b.log', 'a.log', 'a.log.1'],
      ['a.log.1', 'a.log', 'b.log'],
    ],
    [
      ['audit.log', 'audit.log-20260102', 'audit.log-20260101'],
      ['audit.log-20260101', 'audit.log-20260102', 'audit.log'],
    ],
    [
      ['audit.log', 'audit.log.old', 'b.log'],
      ['audit.log.old', 'audit.log', 'b.log'],
    ],
  ])('%j', (names, expected) => {
    expect(byRotation(names)).toEqual(expected);
  });
});

describe('glob names', () => {
  it.each([
    ['*', '', true],
    ['a*b', 'ab', true],
    ['a*b', 'axxb', true],
    ['a*b', 'axxc', false],
    ['a?c', 'abc', true],
    ['?', '', false],
    ['*a*a*a*b', 'a'.repeat(5000), false],
  ])('%s and %s: %s', (pattern, name, expected) => {
    expect(matchesName(pattern, name)).toBe(expected);
  });
});

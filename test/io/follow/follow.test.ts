import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { constants, gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { Checkpoint } from '../../../src/io/follow/checkpoint.ts';
import { temporaryFolder } from '../temp.ts';
import { follow, type Followed } from './followed.ts';

/** One run with a checkpoint beside the file, which goes on where the one before ended. */
async function nextRun(path: string, atLeast: number): Promise<Followed> {
  const checkpoint = new Checkpoint(`${path}.checkpoint`, true);
  const followed = follow(path, { checkpoint });
  await followed.until(atLeast);
  await followed.stop();
  checkpoint.finish();
  return followed;
}

const file = (text: string): string => {
  const path = join(temporaryFolder(), 'audit.log');
  writeFileSync(path, text);
  return path;
};

describe('following a file', () => {
  it('reads what is there, what is appended, and the last line when that is whole', async () => {
    const path = file('a\n');
    const followed = follow(path);
    await followed.until(1);
    appendFileSync(path, 'b\n{"c":1}');
    await followed.until(2);
    await followed.stop();
    expect(followed.lines).toEqual(['1:a', '2:b', '3:{"c":1}']);
    expect(followed.problems).toEqual([]);
  });

  it('says of a last line that has no end yet where it stands', async () => {
    const path = file('a\n{"c"');
    const followed = follow(path);
    await followed.until(1);
    await followed.stop();
    expect(followed.lines).toEqual(['1:a']);
    expect(followed.problems).toEqual(['audit.log:2 unfinished-line its 4 bytes are not read']);
  });

  it('puts a line together that comes in pieces', async () => {
    const path = file('a\nb');
    const followed = follow(path);
    await followed.until(1);
    appendFileSync(path, 'b');
    await sleep(150);
    appendFileSync(path, 'b\nc\n');
    await followed.until(3);
    await followed.stop();
    expect(followed.lines).toEqual(['1:a', '2:bbb', '3:c']);
  });

  it('reads lines that are larger than its buffer', async () => {
    const long = 'x'.repeat(3 << 19);
    const path = file(`${long}\nb\n`);
    const followed = follow(path, { maxEventSize: 1 << 21 });
    await followed.until(1);
    await followed.stop();
    expect(followed.lines.at(-1)).toBe('2:b');
  });

  it('reads a renamed file on, beside the new one of its name', async () => {
    const path = file('a\n');
    const followed = follow(path);
    await followed.until(1);
    renameSync(path, `${path}.1`);
    writeFileSync(path, 'd\n');
    await followed.until(2);
    appendFileSync(`${path}.1`, 'b\nc\n');
    await followed.until(4);
    await followed.stop();
    expect(followed.lines).toEqual(['1:a', '1:d', '2:b', '3:c']);
    expect(followed.problems).toEqual([]);
  });

  it('leaves a rotated file when it has not grown for the time to wait', async () => {
    const path = file('a\nhalf');
    const followed = follow(path, { rotateWait: 0 });
    await followed.until(1);
    renameSync(path, `${path}.1`);
    writeFileSync(path, 'line\n');
    await followed.until(2);
    await followed.stop();
    expect(followed.lines).toEqual(['1:a', '1:line']);
    expect(followed.problems).toEqual(['audit.log:2 cut-line 4 bytes of it were read']);
  });

  it('finds files that came and went between two looks, and reads them in order', async () => {
    const path = file('a\n');
    const followed = follow(path);
    await followed.until(1);
    for (const [i, text] of ['b\n', 'c\n', 'd\n'].entries()) {
      renameSync(path, `${path}.${i + 1}`);
      writeFileSync(path, text);
    }
    writeFileSync(`${path}.2.gz`, gzipSync(readFileSync(`${path}.2`)));
    unlinkSync(`${path}.2`);
    await followed.until(4);
    await followed.stop();
    expect(followed.lines).toEqual(['1:a', '1:b', '1:c', '1:d']);
  });

  it('reads nothing twice that is compressed after it was read', async () => {
    const path = file('a\n');
    const followed = follow(path, { rotateWait: 0 });
    await followed.until(1);
    renameSync(path, `${path}.1`);
    writeFileSync(path, 'b\n');
    await followed.until(2);
    await sleep(150);
    writeFileSync(`${path}.1.gz`, gzipSync(readFileSync(`${path}.1`)));
    unlinkSync(`${path}.1`);
    renameSync(path, `${path}.0`);
    writeFileSync(path, 'c\n');
    await followed.until(3);
    await followed.stop();
    expect(followed.lines).toEqual(['1:a', '1:b', '1:c']);
  });

  it('reads the rest of a file that was copied and emptied from the copy', async () => {
    const path = file('a\nb');
    const followed = follow(path);
    await followed.until(1);
    appendFileSync(path, 'b\nc\n');
    copyFileSync(path, `${path}.1`);
    truncateSync(path);
    appendFileSync(path, 'the new one is longer than the old one\n');
    await followed.until(4);
    await followed.stop();
    const last = '1:the new one is longer than the old one';
    expect(followed.lines).toEqual(['1:a', '2:bb', '3:c', last]);
    expect(followed.problems).toEqual([]);
  });

  it('names what is lost when a file is emptied without a copy, and joins no lines', async () => {
    const path = file('a\n{"half":');
    const notes: string[] = [];
    const followed = follow(path, { onNote: (text) => void notes.push(text) });
    await followed.until(1);
    truncateSync(path);
    appendFileSync(path, '"line"}\nthat is longer than before\n');
    await followed.until(3);
    await followed.stop();
    expect(followed.lines).toEqual(['1:a', '1:"line"}', '2:that is longer than before']);
    expect(followed.problems).toEqual([
      'audit.log:2 cut-line 8 bytes of it were read',
      'audit.log:0 lost-bytes 8 bytes or more behind byte 2',
    ]);
    // Of problems the summary shows the first few: each gap is a remark too.
    expect(notes.map((note) => note.slice(note.lastIndexOf('/') + 1))).toEqual([
      'audit.log: lost 8 bytes or more behind byte 2',
    ]);
  });

  it('takes rotated files that are named too, and those only', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'audit.log.2'), 'a\n');
    writeFileSync(join(folder, 'audit.log.1.gz'), gzipSync('b\n'));
    writeFileSync(join(folder, 'audit.log'), 'c\n');
    const all = follow(folder);
    await all.until(3);
    const one = follow(join(folder, 'audit.log'));
    await one.until(1);
    renameSync(join(folder, 'audit.log'), join(folder, 'audit.log.0'));
    writeFileSync(join(folder, 'audit.log'), 'd\n');
    await Promise.all([all.until(4), one.until(2)]);
    await Promise.all([all.stop(), one.stop()]);
    expect(all.lines).toEqual(['1:a', '1:b', '1:c', '1:d']);
    expect(one.lines).toEqual(['1:c', '1:d']);
  });
});

describe('a compressed file that is written while it is followed', () => {
  const lines = Array.from(
    { length: 12 },
    (_, i) => `{"id":"${i}-${randomBytes(24).toString('hex')}"}`,
  );
  const numbered = lines.map((line, index) => `${index + 1}:${line}`);
  const utf16 = Buffer.from(`\ufeff${lines.join('\n')}\n`, 'utf16le');

  it.each([
    ['gzip data that are written bit by bit', gzipSync(`${lines.join('\n')}\n`), 8],
    ['lines of UTF-16', utf16, 8],
    [
      'members that are cut in the middle',
      Buffer.concat(lines.map((line) => gzipSync(`${line}\n`))),
      5,
    ],
  ])(
    'is read as it grows, and nothing is said of its end before that is known: %s',
    async (_, all, parts) => {
      const path = join(temporaryFolder(), 'audit.log.gz');
      const size = Math.ceil(all.length / parts);
      writeFileSync(path, all.subarray(0, size));
      const looks: number[] = [];
      const followed = follow(path, { onBytes: (bytes) => looks.push(bytes) });
      for (let at = size; at < all.length; at += size) {
        const next = looks.length + 1;
        appendFileSync(path, all.subarray(at, at + size));
        while (looks.length < next) await sleep(5);
      }
      await followed.until(lines.length);
      await followed.stop();
      expect(followed.lines).toEqual(numbered);
      expect(followed.problems).toEqual([]);
    },
  );

  it('is named when it is not whole in the end', async () => {
    const path = join(temporaryFolder(), 'audit.log.gz');
    writeFileSync(
      path,
      Buffer.concat([gzipSync(`${lines[0]!}\n`), gzipSync(lines[1]!).subarray(0, 30)]),
    );
    const followed = follow(path);
    await followed.until(1);
    await followed.stop();
    expect(followed.problems.map((problem) => problem.split(' ', 2)[1])).toContain(
      'decompress-cut',
    );
  });

  it.each([
    ['the same, of another inode', lines, 13],
    ['the same and more', [...lines, 'more'], 13],
    ['the same start, then others', [...lines.slice(0, 11), randomBytes(99).toString('hex')], 0],
    ['the same start, and less', [...lines.slice(0, 10), 'other'], 0],
  ])('is known again when it was put there anew: %s', async (_, then, known) => {
    const path = join(temporaryFolder(), 'audit.log.gz');
    // More than what tells files apart.
    const long = Buffer.from(`{"id":"${randomBytes(4000).toString('hex')}"}\n`);
    const run = (texts: readonly string[], count: number): Promise<Followed> => {
      writeFileSync(
        `${path}.new`,
        gzipSync(Buffer.concat([long, Buffer.from(`${texts.join('\n')}\n`)])),
      );
      renameSync(`${path}.new`, path);
      return nextRun(path, count);
    };
    await run(lines, 13);
    const expected = [long.toString().trimEnd(), ...then]
      .map((line, index) => `${index + 1}:${line}`)
      .slice(known);
    const second = await run(then, expected.length);
    expect(second.lines).toEqual(expected);
    expect(second.problems).toEqual([]);
  });
});

/** What a checkpoint beside a file says. */
function stored(path: string): { files: { path: string; gone?: number }[] } {
  return JSON.parse(readFileSync(`${path}.checkpoint`, 'utf8')) as ReturnType<typeof stored>;
}

describe('a checkpoint', () => {
  const folder = (): { path: string; open: () => Checkpoint } => {
    const path = file('a\nb\n');
    return { path, open: () => new Checkpoint(`${path}.checkpoint`, true) };
  };
  const once = async (path: string, checkpoint: Checkpoint, finish = true): Promise<Followed> => {
    const followed = follow(path, { checkpoint, once: true });
    await followed.stop();
    if (finish) checkpoint.finish();
    return followed;
  };

  it('makes a restart go on, with the number of the line', async () => {
    const { path, open } = folder();
    const first = follow(path, { checkpoint: open() });
    await first.until(2);
    await first.stop();
    const checkpoint = open();
    const again = follow(path, { checkpoint });
    await again.until(2);
    await again.stop();
    // The first run did not say that its findings were written.
    expect(again.replayed).toEqual(['1:a', '2:b']);
    checkpoint.finish();
    appendFileSync(path, 'c\n');
    const third = follow(path, { checkpoint: open() });
    await third.until(1);
    await third.stop();
    expect([third.lines, third.replayed]).toEqual([['3:c'], []]);
  });

  it('follows rotations between two runs', async () => {
    const { path, open } = folder();
    const checkpoint = open();
    const first = follow(path, { checkpoint });
    await first.until(2);
    await first.stop();
    checkpoint.finish();
    appendFileSync(path, 'c\n');
    writeFileSync(`${path}.2.gz`, gzipSync(readFileSync(path)));
    unlinkSync(path);
    writeFileSync(`${path}.1`, 'd\n');
    writeFileSync(path, 'e\n');
    const second = follow(path, { checkpoint: open() });
    await second.until(3);
    await second.stop();
    expect(second.lines).toEqual(['3:c', '1:d', '1:e']);
    expect(second.problems).toEqual([]);
  });

  it.each([
    ['half of it', (all: readonly string[]) => gzipSync(all.join('\n')).subarray(0, 2000)],
    ['one member', (all: readonly string[]) => gzipSync(`${all.slice(0, 40).join('\n')}\n`)],
    ['a line without its end', (all: readonly string[]) => gzipSync(all.slice(0, 40).join('\n'))],
  ])('reads on in a compressed file that was still written: %s', async (_, early) => {
    const all = Array.from({ length: 100 }, () => `{"id":"${randomBytes(24).toString('hex')}"}`);
    const path = join(temporaryFolder(), 'audit.log.gz');
    const start = early(all);
    writeFileSync(path, start);
    const first = await nextRun(path, 10);
    const read = gunzipSync(start, { finishFlush: constants.Z_SYNC_FLUSH }).toString();
    const rest = all.join('\n').slice(read.length);
    writeFileSync(
      path,
      start.length === 2000 ? gzipSync(all.join('\n')) : Buffer.concat([start, gzipSync(rest)]),
    );
    const second = await nextRun(path, 1);
    const third = await nextRun(path, 0);
    expect([...first.lines, ...second.lines, ...third.lines]).toEqual(
      all.map((line, index) => `${index + 1}:${line}`),
    );
    expect(second.problems).toEqual([]);
  });

  it('reads a file to its end to which a link led before', async () => {
    const { path, open } = folder();
    const link = `${path}-link`;
    symlinkSync(path, link);
    await once(link, open());
    appendFileSync(path, 'c\n');
    writeFileSync(`${path.slice(0, -4)}-of-next.log`, 'd\ne\n');
    unlinkSync(link);
    symlinkSync(`${path.slice(0, -4)}-of-next.log`, link);
    const { lines, problems } = await once(link, open());
    expect([lines, problems]).toEqual([['3:c', '1:d', '2:e'], []]);
    expect((await once(link, open())).lines).toEqual([]);
  });

  it('forgets files that are gone with their directory for a week, and no others', async () => {
    const { path, open } = folder();
    const pod = join(path, '..', 'pod');
    const [gone, removed] = [join(pod, '0.log'), join(path, '..', 'removed.log')];
    const paths = (): string[] => stored(path).files.map((each) => each.path);
    mkdirSync(pod);
    for (const log of [gone, removed]) {
      writeFileSync(log, 'a\n');
      const checkpoint = open();
      await once(log, checkpoint);
      unlinkSync(log);
    }
    rmdirSync(pod);
    await once(path, open());
    expect(paths()).toEqual([gone, removed, path]);
    // A week ago by now.
    const { files, ...rest } = stored(path);
    const longGone = files.map((each) => ({ ...each, gone: each.path === gone ? 0 : undefined }));
    writeFileSync(`${path}.checkpoint`, JSON.stringify({ ...rest, files: longGone }));
    await once(path, open());
    expect(paths()).toEqual([removed, path]);
  });

  it('keeps files whose file system may not be mounted', async () => {
    const { path, open } = folder();
    const mount = join(path, '..', 'mount');
    const log = join(mount, 'logs', 'audit.log');
    mkdirSync(join(mount, 'logs'), { recursive: true });
    writeFileSync(log, 'a\n');
    await once(log, open());
    rmSync(join(mount, 'logs'), { recursive: true });
    const text = readFileSync(`${path}.checkpoint`, 'utf8');
    const elsewhere = text.replaceAll(/"id":"\d+:/g, '"id":"1:').replaceAll('}]}', '}],"gone":0}');
    writeFileSync(`${path}.checkpoint`, elsewhere);
    await once(path, open());
    expect(stored(path).files.map((each) => each.path)).toEqual([log, path]);
  });

  it('marks what a run that was killed had read, also behind runs on other files', async () => {
    const { path, open } = folder();
    const other = join(path, '..', 'other.log');
    writeFileSync(other, 'x\n');
    const killed = follow(path, { checkpoint: open() });
    await killed.until(2);
    await killed.stop();
    await once(other, open());
    expect((await once(path, open())).replayed).toEqual(['1:a', '2:b']);
    expect((await once(other, open())).replayed).toEqual([]);
  });

  it('holds neither text of the log nor what others may read', async () => {
    const { path, open } = folder();
    await once(path, open());
    const text = readFileSync(`${path}.checkpoint`, 'utf8');
    expect(text).not.toContain('a\\n');
    expect(JSON.parse(text)).toMatchObject({ 'k8s-audit-checkpoint': 1 });
  });

  it.each(['', 'no', '{}', '{"k8s-audit-checkpoint":2,"clean":true,"files":[]}', '[]'])(
    'is refused when it is none: %j',
    (text) => {
      const path = file(text);
      expect(() => new Checkpoint(path, true)).toThrow('is no checkpoint of this version');
    },
  );
});

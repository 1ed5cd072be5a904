import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { scanSlowly, startsThreads, writeLargeLog } from '../large-log.ts';
import { emptyFolder, PACKAGE, ROOT, run, SAMPLE, type Run } from './product.ts';

/** What the build looks for in Node; distributions may build Node without it. */
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';
const possible = process.platform === 'linux' && readFileSync(process.execPath).includes(FUSE);

describe.skipIf(!possible)(
  'the standalone executable (needs a Node for Linux that can be one)',
  () => {
    const build = emptyFolder();
    const elsewhere = emptyFolder();
    const executable = join(build, 'k8s-audit');
    let built: Run;
    /** From another directory, without any program on the path. */
    const start = (...args: string[]): Run =>
      run(executable, args, { cwd: elsewhere, env: { PATH: '' } });
    const scripted = (...args: string[]): Run =>
      run(process.execPath, [join(ROOT, 'bin', 'k8s-audit.js'), ...args], { cwd: elsewhere });

    beforeAll(() => {
      built = run(process.execPath, [join(ROOT, '.github', 'scripts', 'build-sea.mjs'), build]);
    });

    it('is built without a warning', () => {
      expect(built).toMatchObject({ code: 0, stderr: '' });
      expect(built.stdout).toMatch(/k8s-audit: \d+ MB\n$/);
    });

    it('prints its version', () => {
      expect(start('--version')).toEqual({ code: 0, stdout: `${PACKAGE.version}\n`, stderr: '' });
    });

    it.each([
      ['finds the same', ['scan', SAMPLE, '-f', 'json', '--no-summary']],
      ['fails the gate in the same way', ['scan', SAMPLE, '--fail-on', 'critical', '--no-summary']],
      ['lists the same rules', ['rules', 'list', '-f', 'json']],
      ['completes the same, policies included', ['completion', 'fish']],
      ['fails in the same way', ['scan', 'missing.log']],
    ])('%s as the package', (_, args) => {
      expect(start(...args)).toEqual(scripted(...args));
    });

    it('writes every report', () => {
      copyFileSync(SAMPLE, join(elsewhere, 'audit.log'));
      const reports = ['a.sarif', 'a.html', 'a.xml', 'a.csv', 'a.md', 'a.json', 'a.ndjson'];
      const outputs = [...reports, 'a.parquet'].flatMap((name) => ['-o', name]);
      const args = ['audit.log', ...outputs, '--partial', 'a.part', '-q'];
      expect(start(...args)).toEqual({ code: 0, stdout: '', stderr: '' });
      for (const name of reports) {
        expect(readFileSync(join(elsewhere, name), 'utf8')).toContain('Coin Miner in Workload');
      }
      const table = readFileSync(join(elsewhere, 'a.parquet'), 'latin1');
      expect([table.slice(0, 4), table.slice(-4)]).toEqual(['PAR1', 'PAR1']);
      const merged = start('merge', 'a.part', '-q', '-f', 'ndjson').stdout;
      expect(merged).toBe(readFileSync(join(elsewhere, 'a.ndjson'), 'utf8'));
    });

    it('scans a large file with threads, and finds the same as the package with one', () => {
      const log = join(elsewhere, 'large.log');
      // Where most events fire, threads only add the work of handing findings over, and none starts.
      const calm = join(ROOT, 'samples', 'exec-session.log');
      const sample = readFileSync(calm, 'utf8').trimEnd().split('\n');
      writeLargeLog(log, (index) => sample[index % sample.length]!);
      const args = [log, '--max-event-size', '1MB', '-f', 'ndjson'];
      const shipped = [process.execPath, join(ROOT, 'bin', 'k8s-audit.js')];
      const one = scanSlowly(shipped, [...args, '--threads', '1']);
      expect(one.stdout.length).toBeGreaterThan(1e6);
      expect(scanSlowly([executable], [...args, '--threads', '2'])).toEqual(one);
      expect(startsThreads([executable], [...args, '--threads', '2'])).toBe(true);
    });

    it('comes with the licences of what it contains', () => {
      const text = readFileSync(join(build, 'THIRD-PARTY-LICENSES.txt'), 'utf8');
      const lock = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
        dependencies: Record<string, string>;
      };
      for (const [name, version] of Object.entries(lock.dependencies)) {
        expect(text).toContain(`${name} ${version}\n\n`);
      }
    });
  },
);

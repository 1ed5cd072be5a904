import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { eventLine, folder, ruleText } from '../events.ts';
import { runCli } from '../run-cli.ts';

const dir = folder({
  'rules.yaml': ruleText('Any', 'ka.verb exists', { priority: 'NOTICE' }),
  'whole.log': `${eventLine({ auditID: 'whole' })}\n`,
});
mkdirSync(join(dir, 'logs', 'deeper'), { recursive: true });
const bytes = gzipSync(['a', 'b', 'c'].map((auditID) => `${eventLine({ auditID })}\n`).join(''));
bytes[bytes.length - 8]! ^= 1;
const damaged = join(dir, 'logs', 'deeper', 'audit.log.gz');
writeFileSync(damaged, bytes);

describe.each([['fast'], ['reference']])('a damaged archive, %s engine', (engine) => {
  test.each<[string, string[], string[]]>([
    ['by its name', [damaged], []],
    ['in a directory', [join(dir, 'logs')], []],
    ['merged with others', [damaged, join(dir, 'whole.log')], ['--sort', 'time']],
  ])('%s: its events are read, it is named, exit 2', async (_name, paths, options) => {
    const rules = ['--no-default-rules', '-r', join(dir, 'rules.yaml'), '--engine', engine];
    const result = await runCli({ args: ['scan', ...paths, ...rules, ...options, '--no-summary'] });
    const ids = result.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).k8s_audit.auditID);
    expect(ids.filter((id) => id !== 'whole')).toEqual(['a', 'b', 'c']);
    expect(result.stderr).toBe(
      `k8s-audit: ${damaged}: damaged compressed data (gzip: incorrect data check)\n`,
    );
    expect(result.code).toBe(2);
  });
});

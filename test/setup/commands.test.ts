import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PLATFORMS } from '../../src/setup/platforms/platforms.ts';
import { parseCli, runCli } from '../cli/run-cli.ts';

function file(text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'policy-')), 'policy.yaml');
  writeFileSync(path, text);
  return path;
}

describe('setup', () => {
  it('lists every platform', async () => {
    const { stdout } = await runCli({ args: ['setup'] });
    for (const { id } of PLATFORMS) expect(stdout).toContain(id);
  });

  it.each(PLATFORMS.map(({ id }) => id))('tells how for %s', async (id) => {
    const { stdout, code } = await runCli({ args: ['setup', id] });
    expect(code).toBe(0);
    for (const part of ['Switch it on', 'The log', 'Read it', 'Checked'])
      expect(stdout).toContain(part);
  });

  it('has names that are each used once', () => {
    const names = PLATFORMS.flatMap(({ id, aliases = [] }) => [id, ...aliases]);
    expect(new Set(names).size).toBe(names.length);
  });

  it('prints commands to read the log that k8s-audit understands', () => {
    for (const command of PLATFORMS.flatMap(({ feed }) => feed)) {
      const [, args = ''] = /k8s-audit (.*)$/.exec(command) ?? [];
      expect(parseCli(args.split(' '))).toBe('scan');
    }
  });

  it('has Azure fill the table that it reads', () => {
    const { steps, feed } = PLATFORMS.find(({ id }) => id === 'aks')!;
    const written = steps.flatMap(({ code = [] }) => code).join('\n');
    expect(feed.some((line) => line.includes('AKSAudit'))).toBe(true);
    expect(written).toContain('--workspace WORKSPACE_ID \\\n  --export-to-resource-specific true');
  });

  it('suggests a platform for a wrong name', async () => {
    const { code, stderr } = await runCli({ args: ['setup', 'k3'] });
    expect(code).toBe(2);
    expect(stderr).toContain("no platform is called 'k3'");
  });
});

describe('setup audit-policy', () => {
  it('prints a policy that passes its own check', async () => {
    const { stdout, code } = await runCli({ args: ['setup', 'audit-policy'] });
    expect(code).toBe(0);
    const checked = await runCli({
      args: ['setup', 'audit-policy', '--check', file(stdout), '-f', 'json'],
    });
    expect(JSON.parse(checked.stdout)).toMatchObject({ summary: { blind: 2, partly: 0 } });
  });

  it('asks for less with fewer rules', async () => {
    const { stdout } = await runCli({
      args: ['setup', 'audit-policy', '--rule', 'K8s Namespace Created'],
    });
    expect(stdout).not.toContain('level: Request');
    expect(stdout).toContain('namespaces');
  });

  it.each([
    ['kind: Pod\n', 'this is no audit policy'],
    ['{', 'this is no YAML'],
  ])('fails clearly on %j', async (text, message) => {
    const { code, stderr } = await runCli({
      args: ['setup', 'audit-policy', '--check', file(text)],
    });
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  it('names a file that is not there', async () => {
    const { code, stderr } = await runCli({
      args: ['setup', 'audit-policy', '--check', '/nonexistent.yaml'],
    });
    expect([code, stderr]).toEqual([
      2,
      'k8s-audit: cannot read /nonexistent.yaml: no such file or directory\n',
    ]);
  });
});

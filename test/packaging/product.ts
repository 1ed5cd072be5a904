import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '..', '..');

/** An empty directory that is not in the repository. */
export function emptyFolder(): string {
  return mkdtempSync(join(tmpdir(), 'k8s-audit-'));
}

export function textOf(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

export const PACKAGE = JSON.parse(textOf('package.json')) as {
  readonly version: string;
  readonly man: readonly string[];
  readonly engines: { readonly node: string };
  readonly files: readonly string[];
  readonly scripts: Readonly<Record<string, string>>;
};

/** What a process printed, and its exit code. */
export interface Run {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

/** Runs a program to its end. */
export function run(
  program: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv; input?: string } = {},
): Run {
  const { stdout, stderr, status } = spawnSync(program, args, { encoding: 'utf8', ...options });
  return { stdout, stderr, code: status ?? -1 };
}

/** Whether a program can be started. */
export function has(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** The sample that installed programs are tried on, what they find there, and its critical rules. */
export const SAMPLE = join(ROOT, 'samples', 'coin-miner.log');

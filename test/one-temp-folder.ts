import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Gives all tests of a run one temporary folder, and removes it in the end: tests make hundreds of files and need
 * not tidy up one by one.
 */
export default function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'k8s-audit-run-'));
  // Workers and the programs they start inherit it; Windows reads TEMP.
  for (const name of ['TMPDIR', 'TEMP']) process.env[name] = folder;
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}

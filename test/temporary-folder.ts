import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folders: string[] = [];

/** A folder for the test that runs; for the first one, where none does yet. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'k8s-audit-test-'));
  folders.push(folder);
  return folder;
}

/** Removes them. */
export function removeTemporaryFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

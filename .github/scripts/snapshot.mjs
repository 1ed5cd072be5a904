// Stores the bundled rules parsed, so that start-up need not read YAML. The YAML files are the source of
// truth; a test compares both. Runs as the last step of `npm run build`.
import { writeFileSync } from 'node:fs';
import { bundledRules, SNAPSHOT } from '../../dist/cli/rules-input.js';
import { formatDiagnostic } from '../../dist/rules/diagnostics.js';
import { loadRules } from '../../dist/rules/load.js';
import { snapshotOf, stringifySnapshot } from '../../dist/rules/snapshot.js';

const { ruleSet, files, unmet } = await loadRules(bundledRules());
if (ruleSet === undefined) {
  const errors = files.flatMap((file) => file.errors.map(formatDiagnostic));
  console.error([...errors, unmet ?? ''].join('\n'));
  process.exit(1);
}
writeFileSync(
  new URL(`../../${SNAPSHOT}`, import.meta.url),
  stringifySnapshot(snapshotOf(ruleSet)),
);

// Stores the bundled rules and policies parsed, so that start-up need not read YAML. The YAML files are the
// source of truth; tests compare both. Runs as a step of `npm run build`.
import { writeFileSync } from 'node:fs';
import { listAssets, readAsset } from '../../dist/cli/assets.js';
import { POLICIES_SNAPSHOT } from '../../dist/cli/library/policies-input.js';
import { bundledRules, NOTES, SNAPSHOT } from '../../dist/cli/library/rules-input.js';
import { readPolicyFile } from '../../dist/config/read-config.js';
import { formatIssue, Issues } from '../../dist/policies/issue.js';
import { stringifyPolicies } from '../../dist/policies/policy-snapshot.js';
import { formatDiagnostic } from '../../dist/rules/diagnostics.js';
import { loadRules } from '../../dist/rules/load.js';
import { stringifyNotes } from '../../dist/rules/rule-notes.js';
import { stringifySnapshot } from '../../dist/rules/rules-snapshot.js';

const { ruleSet, files, unmet } = await loadRules(bundledRules());
if (ruleSet === undefined) {
  const errors = files.flatMap((file) => file.errors.map(formatDiagnostic));
  console.error([...errors, unmet ?? ''].join('\n'));
  process.exit(1);
}
store(SNAPSHOT, stringifySnapshot(ruleSet));
store(NOTES, stringifyNotes(ruleSet));

const issues = new Issues();
const policies = listAssets('rules/policies', '.yaml').flatMap((name) =>
  readPolicyFile({ name, text: readAsset(name) }, true, issues),
);
if (issues.list.length > 0) {
  console.error(issues.list.map(formatIssue).join('\n'));
  process.exit(1);
}
store(POLICIES_SNAPSHOT, stringifyPolicies(policies));

function store(name, text) {
  writeFileSync(new URL(`../../${name}`, import.meta.url), text);
}

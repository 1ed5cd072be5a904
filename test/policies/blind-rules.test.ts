import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parseDocuments } from '../../src/config/parse-document.ts';
import { blindRules } from '../../src/policies/blind-rules.ts';
import { Issues } from '../../src/policies/issue.ts';
import { ResourceFilter } from '../../src/policies/resource/resource-filter.ts';
import { readResourceRules } from '../../src/policies/resource/resource-rules.ts';
import { DEFAULT_FIELD_SETTINGS, fieldResolver } from '../../src/rules/resolver.ts';
import { loadOk, rule } from '../helpers.ts';

const text = readFileSync(new URL('leave-secrets-out.yaml', import.meta.url), 'utf8');
const issues = new Issues();
const spec = readResourceRules(parseDocuments({ name: 'f', text }, issues), issues)!;
const fields = await fieldResolver(DEFAULT_FIELD_SETTINGS, false);
const filter = new ResourceFilter(spec, 'filter', fields);

it.each([
  ['ka.target.resource = secrets', true],
  ['ka.target.resource in (secrets, leases) and ka.verb = get', true],
  ['jevt.value[/objectRef/resource] = secrets', true],
  ['ka.target.resource = nodes and ka.target.subresource = proxy', true],
  ['ka.target.resource in (secrets, configmaps)', false],
  ['ka.target.resource = nodes', false],
  ['ka.target.resource = pods and ka.target.subresource = exec', false],
  ['not ka.target.resource = secrets', false],
  ['ka.verb = delete', false],
  ['ka.target.resource = pods or ka.target.resource = secrets', false],
])('a rule on %s is blind where secrets are left out: %s', async (condition, blind) => {
  const { rules } = await loadOk(rule(condition));
  expect(blindRules(rules, filter)).toHaveLength(blind ? 1 : 0);
});

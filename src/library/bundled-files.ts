import { readdirSync, readFileSync } from 'node:fs';
import type { PolicyDefinition } from '../policies/policy.ts';
import { parsePolicies } from '../policies/policy-snapshot.ts';
import type { RulesFile } from '../rules/load.ts';

/** The package folder, two folders up from this module in both src and dist. */
const PACKAGE = new URL('../../', import.meta.url);
/** Folders of rules, in load order. */
const RULES = ['rules', 'rules/extended'];

/** The rules files that come with the package, in load order. */
export function rulesFiles(): RulesFile[] {
  return RULES.flatMap((folder) =>
    readdirSync(new URL(`${folder}/`, PACKAGE))
      .filter((name) => name.endsWith('.yaml'))
      .toSorted()
      .map((name) => `${folder}/${name}`),
  ).map((name) => ({
    name,
    text: readFileSync(new URL(name, PACKAGE), 'utf8'),
    trusted: true,
  }));
}

/** The policies that come with the package, as its build stores them. */
export function policyDefinitions(): PolicyDefinition[] {
  return parsePolicies(readFileSync(new URL('dist/bundled-policies.json', PACKAGE), 'utf8'));
}

import type { JsonObject } from '../json/value.ts';
import type { Issues } from '../policies/issue.ts';
import { checkKeys, mappingOf, scalarOf, sequenceOf } from '../policies/read-node.ts';
import { get, type YamlMapping, type YamlNode } from '../yaml/yaml-node.ts';
import type { Expectation } from './rule-test.ts';
import { yamlValue } from './yaml-value.ts';

const KEYS = ['rule', 'count', 'min', 'max', 'fields', 'severity', 'policies'];

/** Reads `expect`: how often rules fire, exactly (`count`, 1 if absent) or within `min` and `max`. */
export function readExpectations(
  node: YamlNode,
  issues: Issues,
): { readonly expectation: Expectation; readonly node: YamlNode }[] {
  return sequenceOf(node, 'expect', issues).flatMap((item) => {
    const mapping = mappingOf(item, 'an expectation', issues);
    if (mapping === undefined) return [];
    checkKeys(mapping, KEYS, 'expect', issues);
    const ruleNode = get(mapping, 'rule');
    if (ruleNode === undefined) {
      issues.error(mapping, 'an expectation needs a rule');
      return [];
    }
    const rule = scalarOf(ruleNode, 'expect: rule', issues)?.text;
    if (rule === undefined) return [];
    const count = numberAt(mapping, 'count', issues);
    const low = numberAt(mapping, 'min', issues);
    const high = numberAt(mapping, 'max', issues);
    if (count !== undefined && (low ?? high) !== undefined) {
      issues.error(mapping, 'expect: either count, or min and max');
    }
    const ranged = low !== undefined || high !== undefined;
    const fields = get(mapping, 'fields');
    const severity = get(mapping, 'severity');
    const policies = get(mapping, 'policies');
    const expectation: Expectation = {
      rule,
      min: ranged ? (low ?? 0) : (count ?? 1),
      max: ranged ? high : (count ?? 1),
      fields:
        fields === undefined || mappingOf(fields, 'expect: fields', issues) === undefined
          ? {}
          : (yamlValue(fields) as JsonObject),
      severity: severity && yamlValue(severity),
      policies: policies && yamlValue(policies),
    };
    return [{ expectation, node: ruleNode }];
  });
}

function numberAt(mapping: YamlMapping, key: string, issues: Issues): number | undefined {
  const node = get(mapping, key);
  if (node === undefined) return undefined;
  if (node.kind === 'scalar' && /^\d{1,9}$/.test(node.text)) return Number(node.text);
  issues.error(node, `expect: ${key} must be a whole number`);
  return undefined;
}

import type { Finding } from '../engine/finding.ts';
import { jsonString } from './json-string.ts';

/** What the findings of a rule have in common, as JSON. */
export interface RuleTexts {
  readonly of: Pick<Finding, 'priority' | 'source' | 'tags'>;
  /** `,"priority":…` up to the quote before the time. */
  readonly rule: string;
  /** Names of the output fields, and each as the key of a member. */
  readonly names: string[];
  readonly keys: string[];
  /** Of the last finding: most have the same. */
  policies: Finding['policies'];
  severity: Finding['severity'];
  placement: string;
}

/** Rules remembered: more than anyone loads. */
const MAX_RULES = 1024;
const known = new Map<string, RuleTexts>();

/** The texts of a finding's rule. Findings of one rule share their parts, so that identity tells. */
export function ruleTexts(finding: Finding): RuleTexts {
  const { rule, priority, source, tags } = finding;
  const found = known.get(rule);
  if (
    found !== undefined &&
    found.of.tags === tags &&
    found.of.priority === priority &&
    found.of.source === source
  ) {
    return found;
  }
  if (known.size >= MAX_RULES) known.clear();
  const texts: RuleTexts = {
    of: { priority, source, tags },
    rule:
      `,"priority":"${priority}","rule":${jsonString(rule)},"source":${jsonString(source)}` +
      `,"tags":${stringArray(tags)},"time":"`,
    names: [],
    keys: [],
    policies: undefined,
    severity: undefined,
    placement: '',
  };
  known.set(rule, texts);
  return texts;
}

/** `"name":`, for the output field at an index. */
export function fieldKey({ names, keys }: RuleTexts, index: number, name: string): string {
  if (names[index] !== name) {
    names[index] = name;
    keys[index] = `${jsonString(name)}:`;
  }
  return keys[index]!;
}

/** `,"policies":…,"severity":…`, as far as the finding has them. */
export function placementText({ policies, severity }: Finding, texts: RuleTexts): string {
  if (texts.policies !== policies || texts.severity !== severity) {
    texts.policies = policies;
    texts.severity = severity;
    texts.placement =
      (policies === undefined ? '' : `,"policies":${stringArray(policies)}`) +
      (severity === undefined ? '' : `,"severity":"${severity}"`);
  }
  return texts.placement;
}

function stringArray(texts: readonly string[]): string {
  return `[${texts.map(jsonString).join(',')}]`;
}

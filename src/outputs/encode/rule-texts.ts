import type { Finding } from '../../engine/finding.ts';
import { jsonString } from './json-string.ts';

/** Constant pieces of the JSON lines of one rule's findings, written once instead of per finding. */
export interface RuleTexts {
  readonly of: Pick<Finding, 'priority' | 'source' | 'tags'>;
  /** From the brace behind the output fields up to the quote before the time. */
  readonly behindFields: string;
  /** One entry per output field. */
  readonly fields: FieldTexts[];
  /** The policies of the last finding, with their JSON: most findings of a rule share them. */
  policies: Finding['policies'];
  severity: Finding['severity'];
  placement: string;
}

/** The JSON before a value in four forms: quotes depend on whether this value and the one before are texts. */
interface FieldTexts {
  readonly name: string;
  readonly textAfterText: string;
  readonly otherAfterText: string;
  readonly textAfterOther: string;
  readonly otherAfterOther: string;
}

/** Rules remembered: more than anyone loads. */
const MAX_RULES = 1024;
const known = new Map<string, RuleTexts>();

/** The texts of a finding's rule. Findings of one rule share their parts, so that identity tells. */
export function ruleTexts(finding: Finding): RuleTexts {
  const { rule, priority, source, tags } = finding;
  const found = known.get(rule);
  if (found !== undefined) {
    const { of } = found;
    if (of.tags === tags && of.priority === priority && of.source === source) return found;
  }
  if (known.size >= MAX_RULES) known.clear();
  const texts: RuleTexts = {
    of: { priority, source, tags },
    behindFields:
      `},"priority":"${priority}","rule":${jsonString(rule)},"source":${jsonString(source)}` +
      `,"tags":${stringArray(tags)},"time":"`,
    fields: [],
    policies: undefined,
    severity: undefined,
    placement: '"',
  };
  known.set(rule, texts);
  return texts;
}

/**
 * The JSON between an output field's value and the value before it, or the output text.
 *
 * @param afterText true when the value before is a text whose quote is still open
 * @param isText true to open a quote
 */
export function beforeField(
  { fields }: RuleTexts,
  index: number,
  name: string,
  afterText: boolean,
  isText: boolean,
): string {
  let field = fields[index];
  if (field?.name !== name) {
    const key = `${index === 0 ? ',"output_fields":{' : ','}${jsonString(name)}:`;
    field = {
      name,
      textAfterText: `"${key}"`,
      otherAfterText: `"${key}`,
      textAfterOther: `${key}"`,
      otherAfterOther: key,
    };
    fields[index] = field;
  }
  if (afterText) return isText ? field.textAfterText : field.otherAfterText;
  return isText ? field.textAfterOther : field.otherAfterOther;
}

/** The JSON between the last of `count` output fields and the time. */
export function behindFields(texts: RuleTexts, count: number, afterText: boolean): string {
  const { behindFields: behind } = texts;
  if (count === 0) return `","output_fields":{${behind}`;
  return afterText ? `"${behind}` : behind;
}

/** Stages and files remembered together, for {@link beforeLine}. */
const MAX_STAGES = 64;
let file: string | undefined;
let hasAuditId = true;
const stages = new Map<string | undefined, string>();

/** The JSON between the audit ID, or the time if there is no audit ID, and the line. */
export function beforeLine({ auditId, stage, origin }: Finding): string {
  if (origin.file !== file || (auditId !== undefined) !== hasAuditId) {
    file = origin.file;
    hasAuditId = auditId !== undefined;
    stages.clear();
  }
  let text = stages.get(stage);
  if (text === undefined) {
    text =
      (hasAuditId ? '",' : '","k8s_audit":{') +
      (stage === undefined ? '' : `"stage":${jsonString(stage)},`) +
      `"file":${jsonString(file)},"line":`;
    if (stages.size < MAX_STAGES && (stage?.length ?? 0) <= MAX_STAGES) stages.set(stage, text);
  }
  return text;
}

/** The quote behind the fingerprint, and the policies and the severity as far as the finding has them. */
export function behindFingerprint({ policies, severity }: Finding, texts: RuleTexts): string {
  if (texts.policies !== policies || texts.severity !== severity) {
    texts.policies = policies;
    texts.severity = severity;
    texts.placement =
      (policies === undefined ? '"' : `","policies":${stringArray(policies)}`) +
      (severity === undefined ? '' : `,"severity":"${severity}"`);
  }
  return texts.placement;
}

function stringArray(texts: readonly string[]): string {
  return `[${texts.map(jsonString).join(',')}]`;
}

import type { FieldResolver } from '../../condition/operand.ts';
import { number, plural } from '../../outputs/summary-text.ts';
import { blindRules } from '../../policies/blind-rules.ts';
import { formatIssue, Issues } from '../../policies/issue.ts';
import { ResourceFilter } from '../../policies/resource/resource-filter.ts';
import { lintResourceRules } from '../../policies/resource/resource-lint.ts';
import {
  readResourceRules,
  readRuleList,
  type ResourceFilterSpec,
} from '../../policies/resource/resource-rules.ts';
import type { Rule } from '../../rules/rule.ts';
import type { YamlSource } from '../../yaml/yaml-node.ts';
import type { ResourcePlan } from '../../scan/plan.ts';
import { KnownError } from '../../util/errors.ts';

/** What the charts set up when their users say nothing: the requests that an admission webhook gets. */
const CHART_DEFAULT: YamlSource = {
  name: 'default resource rules',
  text: `- apiGroups: ["", apps, autoscaling, batch, networking.k8s.io, rbac.authorization.k8s.io, extensions]
  apiVersions: ["*"]
  operations: ["*"]
  resources: ["*/*"]
  scope: "*"
`,
};

/** Blind rules that a summary names. */
const BLIND_SHOWN = 5;

/**
 * The resource filter of a plan; undefined when it leaves nothing out.
 *
 * @throws KnownError when its rules are wrong
 */
export async function resourceFilterOf(
  plan: ResourcePlan,
  fields: FieldResolver,
  warn: (text: string) => void,
): Promise<ResourceFilter | undefined> {
  const issues = new Issues();
  const { mode } = plan;
  const spec = await specOf(plan, issues);
  const excluded = [...(spec?.excludedNamespaces ?? []), ...plan.excludedNamespaces];
  const asked = spec?.rules ?? (mode === 'admission' ? await chartRules() : undefined);
  if (asked === undefined && excluded.length === 0 && issues.list.length === 0) return undefined;
  if (spec?.rules !== undefined) lintResourceRules(spec, mode, issues);
  if (issues.errors.length > 0) {
    const texts = issues.errors.map(formatIssue);
    throw new KnownError('config', `the resource rules are wrong\n${texts.join('\n')}`);
  }
  for (const issue of issues.list) warn(formatIssue(issue));
  const matchPolicy = spec?.matchPolicy ?? 'Equivalent';
  return new ResourceFilter(
    { rules: asked, excludedNamespaces: [...new Set(excluded)], matchPolicy },
    mode,
    fields,
  );
}

async function specOf(
  { file, rules }: ResourcePlan,
  issues: Issues,
): Promise<ResourceFilterSpec | undefined> {
  if (file !== undefined) {
    const { parseDocuments } = await import('../../config/parse-document.ts');
    const documents = parseDocuments(file, issues);
    if (issues.errors.length > 0) return undefined;
    return documents.length === 0 ? noRules(file.name) : readResourceRules(documents, issues);
  }
  if (rules === undefined) return undefined;
  return { rules, excludedNamespaces: [], matchPolicy: 'Equivalent' };
}

function noRules(file: string): never {
  throw new KnownError('config', `${file} holds no resource rules: it is empty`);
}

/** YAML is only loaded where there is some to read. */
async function chartRules(): Promise<ResourceFilterSpec['rules']> {
  const { parseDocuments } = await import('../../config/parse-document.ts');
  const issues = new Issues();
  return readRuleList(parseDocuments(CHART_DEFAULT, issues)[0]!, issues);
}

/** What the summary says about a filter, beside the counts of events that it left out. */
export function resourceNotes(
  filter: ResourceFilter | undefined,
  rules: readonly Rule[],
  complete: boolean,
): string[] {
  if (filter === undefined) return [];
  const notes: string[] = [];
  if (filter.mode === 'admission') {
    const missed = [...filter.missed];
    const total = missed.reduce((sum, [, count]) => sum + count, 0);
    const parts = missed.map(
      ([reason, count]) => `${number(count)} ${reason.replace('not sent to admission: ', 'on ')}`,
    );
    const detail = parts.length === 0 ? '' : ` (${parts.join(', ')})`;
    notes.push(
      `collecting by admission webhook would have missed ${number(total)} ` +
        `${plural(total, 'finding')} on the resources that the rules cover${detail}`,
    );
  }
  const blind = blindRules(rules, filter);
  if (blind.length > 0) {
    const more = blind.length > BLIND_SHOWN ? ', …' : '';
    notes.push(
      `${number(blind.length)} ${plural(blind.length, 'rule')} can find nothing under the resource ` +
        `rules: ${blind.slice(0, BLIND_SHOWN).join(', ')}${more}`,
    );
  }
  for (const rule of complete ? filter.unused : []) {
    notes.push(`resource rule ${rule} covers no event of this log that an earlier one does not`);
  }
  return notes;
}

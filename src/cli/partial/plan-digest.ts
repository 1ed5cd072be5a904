import { createHash } from 'node:crypto';
import type { PlanDigest } from '../../scan/partial/partial.ts';
import { differingPart, type PartialSet } from '../../scan/partial/partial-set.ts';
import { KnownError } from '../../util/errors.ts';
import type { ScanPlan } from '../../scan/plan.ts';
import type { YamlScalar } from '../../yaml/yaml-node.ts';

/**
 * What findings depend on, as texts that are equal for equal results. The keys are for people: `FILE was scanned with
 * other rules`. Names of files and of this machine are not part of it: parts are scanned elsewhere.
 */
export function planDigest({
  library,
  selection,
  placing,
  scope,
  since,
  until,
  ignore,
  resources,
  fields: { timezone, ipLists },
  matching,
  timeField,
}: ScanPlan): PlanDigest {
  const { bundled, rules, policies, policyFiles } = library;
  const { comparesWithPast = false, ...placed } = placing;
  return {
    'rules (--rules, --no-default-rules)': hash([bundled, rules.map(({ text }) => text)]),
    'policies (--policy, --config)': hash([
      placed,
      policies.map(({ keys: _keys, node: _node, place: _place, rules: entries, ...policy }) => [
        policy,
        entries?.map(({ node: _at, ...entry }) => entry),
      ]),
      policyFiles.map(({ text }) => text),
    ]),
    'use of the past (--state, --learn)': String(comparesWithPast),
    'chosen rules (--rule, --tag, --min-priority, --fail-on …)': hash([selection, matching]),
    'scope options (--where, --since, --namespace …)': hash([scope, since, until]),
    'ignored findings (ignore of the configuration)': hash(
      ignore?.entries.map(({ rules: names, condition, expires }) => [
        names.map(scalarText),
        condition && scalarText(condition),
        expires,
      ]),
    ),
    'resources (--resource-rules, --exclude-namespace)': String(resources === undefined),
    'fields (--timezone, --time-format, --ip-list)': hash([timezone, ipLists, timeField]),
  };
}

/**
 * Compares what parts were scanned with and what `merge` was told.
 *
 * @throws KnownError where findings would be reported by rules that did not make them
 */
export function checkParts({ head }: PartialSet, plan: ScanPlan): void {
  const differs = differingPart(head.digest, planDigest(plan));
  if (differs !== undefined) {
    throw new KnownError(
      'usage',
      `the parts were scanned with other ${differs}`,
      'give merge the options and the configuration that the parts were scanned with',
    );
  }
}

function scalarText({ text }: YamlScalar): string {
  return text;
}

/** Characters of a hash: enough that no two plans have the same by chance. */
const LENGTH = 24;

function hash(value: unknown): string {
  const text = JSON.stringify([value], (_key, item: unknown) => {
    if (typeof item === 'bigint') return `${item}n`;
    return ArrayBuffer.isView(item) ? [...(item as Uint8Array)].map(String) : item;
  });
  return createHash('sha256').update(text).digest('hex').slice(0, LENGTH);
}

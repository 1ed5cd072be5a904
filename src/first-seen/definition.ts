import { createHash } from 'node:crypto';
import type { Rule } from '../rules/rule.ts';

/** Characters of a fingerprint: enough that no two definitions of a correlation share one. */
const LENGTH = 16;

/**
 * Tells a correlation apart from what it was before a change: its type, what makes a group and a value, and the
 * conditions as they are written. Times, texts, and the macros and lists that it names may change: what was usual
 * before is usual still.
 */
export function definitionOf({ correlation }: Rule): string {
  const { rule, keys, each, requireGroup, parts } = correlation!;
  const text = JSON.stringify([
    rule.type,
    rule.returning === true,
    keys,
    each ?? null,
    requireGroup,
    parts.map(({ group, value, rule: { conditionText } }) => [
      group,
      value,
      conditionText.trim().replaceAll(/\s+/g, ' '),
    ]),
  ]);
  return createHash('sha256').update(text).digest('hex').slice(0, LENGTH);
}

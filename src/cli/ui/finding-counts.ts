import { isObject, member, stringMember, type JsonValue } from '../../json/value.ts';
import type { ComparedFinding, Effect } from '../../outputs/card/tried-change.ts';
import { KnownError } from '../../util/errors.ts';
import { CapturedTerminal } from '../queries/captured-terminal.ts';
import { runCommand, type Asking } from '../queries/query.ts';
import { LineCutter } from './line-cutter.ts';

/** Findings that are compared at most: what is told of each is held. */
const MOST_FINDINGS = 500_000;
/** Findings that are shown of those that come or go. */
const MOST_SHOWN = 50;

/** The findings of a scan: texts that tell them apart, with how many there are of each. */
export interface FindingCounts {
  readonly each: ReadonlyMap<string, number>;
  readonly byRule: ReadonlyMap<string, number>;
  readonly total: number;
}

/** Scans inputs and counts what is found. @throws KnownError as the scan does, and for more findings than are compared */
export async function countFindings(
  asking: Asking,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<FindingCounts> {
  const each = new Map<string, number>();
  const byRule = new Map<string, number>();
  let total = 0;
  const lines = new LineCutter((line) => {
    const finding = findingOf(JSON.parse(line) as JsonValue);
    const { rule } = finding;
    const key = keyOf(finding);
    each.set(key, (each.get(key) ?? 0) + 1);
    byRule.set(rule, (byRule.get(rule) ?? 0) + 1);
    total++;
    if (total > MOST_FINDINGS) {
      throw new KnownError(
        'usage',
        `more than ${MOST_FINDINGS} findings: too many to compare`,
        'start k8s-audit ui with fewer inputs',
      );
    }
  });
  const query = { command: 'scan', args: paths, options: new Map() } as const;
  const terminal = new CapturedTerminal(
    asking.terminal,
    { write: (text) => lines.write(text) },
    signal,
  );
  await runCommand(asking, query, { format: 'ndjson' }, terminal);
  if (signal.aborted) throw new KnownError('usage', 'cancelled');
  return { each, byRule, total };
}

/** What differs between two scans. */
export function compareCounts(before: FindingCounts, after: FindingCounts): Effect {
  const gone = missing(before, after);
  const come = missing(after, before);
  const names = [...new Set([...before.byRule.keys(), ...after.byRule.keys()])];
  const touched = new Set([...gone.rules, ...come.rules]);
  const rules = names
    .filter((rule) => touched.has(rule))
    .map((rule) => ({
      rule,
      before: before.byRule.get(rule) ?? 0,
      after: after.byRule.get(rule) ?? 0,
    }))
    .toSorted((a, b) => Math.abs(b.after - b.before) - Math.abs(a.after - a.before));
  return {
    before: before.total,
    after: after.total,
    fewer: gone.count,
    more: come.count,
    rules,
    gone: gone.some,
    come: come.some,
  };
}

/** Those of the first that the second has not. */
function missing(
  one: FindingCounts,
  other: FindingCounts,
): { count: number; rules: ReadonlySet<string>; some: readonly ComparedFinding[] } {
  const rules = new Set<string>();
  const some: ComparedFinding[] = [];
  let count = 0;
  for (const [key, times] of one.each) {
    const more = times - (other.each.get(key) ?? 0);
    if (more <= 0) continue;
    count += more;
    const finding = JSON.parse(key) as [string, string, string, string, string];
    rules.add(finding[0]);
    if (some.length < MOST_SHOWN) some.push(shown(finding));
  }
  return { count, rules, some };
}

/** JSON, in which no value can pass for two. */
function keyOf({ rule, place, auditId, time, user }: ComparedFinding): string {
  return JSON.stringify([rule, place, auditId, time, user]);
}

function shown([rule, place, auditId, time, user]: readonly [
  string,
  string,
  string,
  string,
  string,
]): ComparedFinding {
  return { rule, place, auditId, time, user };
}

function findingOf(row: JsonValue): ComparedFinding {
  const own = isObject(row) ? row : {};
  const about = member(own, 'k8s_audit');
  const fields = member(own, 'output_fields');
  const k8s = isObject(about) ? about : {};
  const line = member(k8s, 'line');
  return {
    rule: stringMember(own, 'rule') ?? '',
    time: stringMember(own, 'time') ?? '',
    user: (isObject(fields) ? stringMember(fields, 'ka.user.name') : undefined) ?? '',
    auditId: stringMember(k8s, 'auditID') ?? '',
    place: `${stringMember(k8s, 'file') ?? ''}:${typeof line === 'number' ? line : ''}`,
  };
}

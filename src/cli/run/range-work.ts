import type { LinePlan } from '../../scan/fast-reader.ts';
import type { RangeWork } from '../../scan/threads/range-worker.ts';
import type { Invocation } from '../flags/command.ts';
import type { PreparedScan } from './prepare-scan.ts';
import { SCOPE_REASON } from './event-scope.ts';

/** What a thread evaluates with, and counts in. */
export type Evaluation = Pick<PreparedScan, 'rules' | 'counters' | 'fast' | 'suppressor'>;

/** What a thread evaluates with, when nothing else counts with it. */
export function rangeWork(
  { rules, counters, fast, suppressor }: Evaluation,
  { since, until, maxEventSize, cluster }: Invocation['settings'],
  duplicates: LinePlan['duplicates'],
): RangeWork {
  return {
    plan: {
      rules,
      counters,
      since,
      until,
      maxEventSize,
      cluster,
      duplicates,
      scopeReason: SCOPE_REASON,
    },
    options: fast!,
    ignored: () => suppressor?.counts.map(({ count }) => count) ?? [],
  };
}

import type { Finding } from '../../engine/finding.ts';
import type { ScanSummary } from '../../engine/summary.ts';
import type { ShownLevels } from '../../policies/severity.ts';
import type { BodyAmounts } from '../../scan/hooks.ts';
import type { ScanPlan } from '../../scan/plan.ts';
import type { BodySource } from '../../serve/body-source.ts';
import type { ToldFailure } from '../../util/errors.ts';
import type { KnownFindingFiles } from '../run/known-findings.ts';

/** A configuration as plain data: what is evaluated, and which findings are shown. */
export interface LiveSetup extends ShownLevels {
  readonly plan: ScanPlan;
  readonly known: KnownFindingFiles;
  /** The file that knows what is normal; that of the first configuration stays. */
  readonly state: string | undefined;
  /** When it was read, in milliseconds since the epoch: baseline entries may have expired by then. */
  readonly now: number;
}

/** A body for the thread. */
interface LiveBody {
  readonly kind: 'body';
  readonly source: BodySource;
  readonly file: string;
  readonly cluster: string | undefined;
  readonly replayed: boolean;
}

/** What the thread that evaluates is told. One body is under way at a time. */
export type ToLive =
  | LiveBody
  /** Goes on with another configuration; between two bodies. */
  | { readonly kind: 'exchange'; readonly setup: LiveSetup }
  /** There are no more bodies. */
  | { readonly kind: 'end' };

/** What the thread that evaluates tells. */
export type FromLive =
  /** A configuration is in use. */
  | { readonly kind: 'ready' }
  /** A configuration cannot be used; the one before stays. */
  | ({ readonly kind: 'refused' } & ToldFailure)
  | { readonly kind: 'found'; readonly findings: readonly Finding[] }
  /** A body was evaluated; its findings were told before. */
  | {
      readonly kind: 'done';
      readonly amounts: BodyAmounts;
      readonly known: number;
      readonly late: number;
    }
  /** The last message. */
  | { readonly kind: 'ended'; readonly summary: ScanSummary }
  /** The thread cannot go on. */
  | ({ readonly kind: 'failed' } & ToldFailure);

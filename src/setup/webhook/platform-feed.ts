import type { Step } from '../platforms/platform.ts';

/** By which way events of a platform reach `serve`. */
type Way = 'audit webhook' | 'log forwarder' | 'admission only';

/** How events of a platform reach `serve`. */
export interface Feed {
  /** Name of the platform, as in {@link Platform.id}. */
  readonly id: string;
  readonly way: Way;
  readonly steps: readonly Step[];
  /** What does not come this way, and pitfalls. */
  readonly limits: readonly string[];
  /** Statements that were not found in the platform's own documentation. */
  readonly unverified?: readonly string[];
}

import type { Counters } from './counters.ts';
import type { Intake } from './intake.ts';
import type { Keys } from './key-files.ts';
import type { ListenAddress } from './listen.ts';

/** Times in milliseconds, and sizes in bytes. */
export interface ReceiverLimits {
  readonly largestBody: number;
  /** Until all headers are there, and until the whole request is. */
  readonly headers: number;
  readonly request: number;
  /** How often those two are looked at. */
  readonly check: number;
  /** How long a connection may be idle: longer than that of the API server, which would meet one being closed. */
  readonly idle: number;
  readonly connections: number;
}

export const RECEIVER_LIMITS: Omit<ReceiverLimits, 'largestBody'> = {
  headers: 10_000,
  // The API server gives up after 30 s.
  request: 60_000,
  check: 5_000,
  idle: 120_000,
  connections: 1_000,
};

export interface ReceiverOptions {
  readonly address: ListenAddress;
  readonly keys: Keys;
  /** True when /admission asks for no credentials: an API server shows none to webhooks. */
  readonly openAdmission?: boolean;
  readonly limits: ReceiverLimits;
  readonly intake: Intake;
  readonly counters: Counters;
  /** The text of /metrics. */
  readonly metrics: () => string;
  /** Why the program cannot take events now; undefined when it can. */
  readonly notReady: () => string | undefined;
  /** Takes what an administrator is to know. */
  readonly warn: (text: string) => void;
  /** Wall clock in milliseconds. */
  readonly now: () => number;
}

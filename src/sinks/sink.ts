// Room sinks: sends findings to where people and programs look for them; what cannot be sent now waits, within a bound.
// Door: sinks.ts (all sinks of a run), sink-spec.ts (what --to says), spec-parts.ts (its parts and paths), table.ts.
// Neighbours: uses outputs for the alert object and redact for what people see; cli opens the sinks and hands findings over.
// Inside: kinds has one file a kind, delivery.ts sends in its own time, late-alerts.ts what was not taken, throttle.ts holds back, backlog.ts keeps.

import type { Alert } from './alert.ts';

/** What a sink of some kind was told to be; sink-spec.ts reads it. */
export interface SinkTarget {
  /** The URL, path or address; undefined for standard output. */
  readonly to: string;
  /** Credentials from the environment or a file, as they are now. */
  readonly token: string | undefined;
  /** A header that the other side asks for beside that, as it is now. */
  readonly header?: readonly [name: string, value: string] | undefined;
  /** Authorities of the other side's certificate, in PEM, as they are now. */
  readonly ca: string | undefined;
  /** The proxy that is between; undefined for none, and where no proxy can be. */
  readonly proxy?: URL | undefined;
  /** Bytes after which a file is rotated, and how many rotated ones are kept. */
  readonly size: number;
  readonly keep: number;
}

/** What became of alerts that were sent. */
export interface Outcome {
  /** How many of them the other side will never take, and why. */
  readonly refused: number;
  readonly why?: string | undefined;
  /** How many alerts, from the first on, are done with; undefined for all. The others are to be sent again. */
  readonly count?: number;
}

/** A connection to the other side. */
export interface SinkPort {
  /**
   * Sends alerts. Resolves when the other side has them, or will never take them.
   *
   * @throws SinkDown when they are to be sent again
   */
  send(alerts: readonly Alert[]): Promise<Outcome>;
  close(): void;
}

/** The other side takes nothing now. */
export class SinkDown extends Error {
  /** Milliseconds that it asks to be left alone. */
  readonly after: number | undefined;
  /** True when it answered with a fault of its own, which one alert may cause: it may take others. */
  readonly mayBeOne: boolean;

  constructor(why: string, after?: number, mayBeOne = false) {
    // A message of OpenSSL ends with a line feed.
    super(why.trim().replaceAll(/\s+/g, ' '));
    this.after = after;
    this.mayBeOne = mayBeOne;
  }
}

/** What a sink needs of its surroundings. */
export interface SinkSurroundings {
  /** Writes to standard output. */
  readonly write: (text: string) => void;
  readonly hostname: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** A kind of sinks: all that is known of it. */
export interface SinkKind {
  readonly name: string;
  /** What its target is. `secret` is a URL that lets everybody in who knows it. */
  readonly target: 'none' | 'path' | 'url' | 'secret' | 'address';
  /** How `--to` names one, and what it gets: Markdown, for the documentation. */
  readonly usage: string;
  readonly help: string;
  /** True where people read: one alert per rule in five minutes, unless told otherwise. */
  readonly people: boolean;
  /** Most alerts in one message. */
  readonly most: number;
  /** True where alerts must come in the order of their times: one that is not taken holds up those behind it. */
  readonly inOrder?: boolean;
  open(target: SinkTarget, surroundings: SinkSurroundings): SinkPort;
}

export const SENT: Outcome = { refused: 0 };

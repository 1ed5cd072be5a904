/** What a user wants to be otherwise, as the page of `ui` sends it. */
export type Change =
  | { readonly kind: 'policy' | 'rule'; readonly name: string; readonly on: boolean }
  | ({ readonly kind: 'accept'; readonly rule: string; readonly condition: string } & Accepted)
  | ({ readonly kind: 'known'; readonly entries: readonly KnownEntry[] } & Accepted)
  | { readonly kind: 'rules'; readonly file: string; readonly text: string };

/** Why findings are accepted, and for how long. */
interface Accepted {
  readonly reason: string;
  /** The last day, or a time in RFC 3339; undefined for ever. */
  readonly expires?: string | undefined;
}

/** Findings that are accepted in one step, and entries of a baseline that come of them. */
export const MOST_ACCEPTED = 500;

/** An entry of a baseline: findings of one rule on what one user does to one object with one evidence. */
export interface KnownEntry {
  readonly fingerprint: string;
  readonly rule: string;
  readonly user?: string | undefined;
  readonly verb?: string | undefined;
  readonly object?: string | undefined;
  readonly evidence?: Readonly<Record<string, string>> | undefined;
}

/** A finding as far as it is compared. */
export interface ComparedFinding {
  readonly time: string;
  readonly rule: string;
  readonly user: string;
  readonly auditId: string;
  /** `file:line`. */
  readonly place: string;
}

/** What a change makes of the findings of a log. */
export interface Effect {
  readonly before: number;
  readonly after: number;
  readonly fewer: number;
  readonly more: number;
  /** Rules of which findings come or go, the most affected first. */
  readonly rules: readonly {
    readonly rule: string;
    readonly before: number;
    readonly after: number;
  }[];
  /** Some of those that go and that come. */
  readonly gone: readonly ComparedFinding[];
  readonly come: readonly ComparedFinding[];
}

/** The same with what the page asks for besides. */
export interface WatchedEffect extends Effect {
  /** How many findings rules have with the change. */
  readonly watched: readonly { readonly rule: string; readonly findings: number }[];
  /** The log has grown while it was read: what came is counted with the change only. */
  readonly grown: boolean;
}

import type { Finding } from '../engine/finding.ts';
import type { Severity } from '../policies/severity.ts';
import type { Priority } from '../rules/priority.ts';
import type { IdentityKind } from './user-kind.ts';
import type { LinkName } from './links.ts';

/** Findings that belong together, as a story. Texts are those of the log. */
export interface Incident {
  /** Made from its first finding: it stays the same when the log grows. */
  readonly id: string;
  readonly severity: Severity;
  readonly priority: Priority;
  /** The worst finding; the first of equals. */
  readonly worst: Finding;
  /** How many different rules fired. */
  readonly rules: number;
  readonly findings: number;
  /** Nanoseconds since the epoch. */
  readonly first: bigint;
  readonly last: bigint;
  /** ATT&CK tactics in the order in which they were seen first. */
  readonly tactics: readonly TacticSeen[];
  /** In order of appearance. */
  readonly actors: readonly Actor[];
  /** Objects that were made, changed, entered or read by name, in order of appearance. */
  readonly objects: readonly TouchedObject[];
  /** The requests in order of time; equal ones one after the other are one step. */
  readonly steps: readonly Step[];
  /** Objects and actors beyond those that are kept. */
  readonly more: { readonly actors: number; readonly objects: number };
  /** What the log does not show of it. */
  readonly unseen: readonly string[];
  /** Requests with which to undo what was left behind. */
  readonly leftBehind: readonly TouchedObject[];
}

export interface TacticSeen {
  readonly name: string;
  readonly first: bigint;
}

export interface Actor {
  readonly name: string;
  readonly kind: IdentityKind;
  /** Names that it acted as, by impersonation. */
  readonly actedAs: readonly string[];
  readonly addresses: readonly string[];
  readonly findings: number;
}

export interface TouchedObject {
  readonly resource: string;
  readonly namespace: string | undefined;
  readonly name: string;
}

/** A request with findings, or several equal ones one after the other. */
export interface Step {
  /** The worst finding, with the others of the request. */
  readonly finding: Finding;
  readonly count: number;
  readonly last: bigint;
  /** Names of the other objects of equal requests, the first few. */
  readonly alsoOn: readonly string[];
  /** Why it belongs to the story; absent for the first step. */
  readonly because: Because | undefined;
  /** What controllers made of it, in order of time. */
  readonly consequences: readonly Consequence[];
  readonly moreConsequences: number;
}

interface Because {
  readonly link: LinkName;
  /** What both name. */
  readonly text: string;
  /** Number of the other step, from 1. */
  readonly step: number;
}

/** What a controller did in consequence of a step. */
export interface Consequence {
  readonly time: bigint;
  readonly user: string;
  readonly verb: string;
  readonly object: TouchedObject;
  readonly file: string;
  readonly line: number;
  readonly auditId: string | undefined;
  /** The rules that fired on it; empty for requests that are no finding. */
  readonly rules: readonly string[];
}

/** All incidents of a run, and what is in none. */
export interface Incidents {
  /** The worst first, then in order of time. */
  readonly list: readonly Incident[];
  /** Findings that are no story: nothing but notices. */
  readonly alone: number;
  /** Findings that were not looked at, since there were more than are held. */
  readonly dropped: number;
  /** What controllers did that was not looked at, for the same reason. */
  readonly droppedConsequences: number;
}

import type { Severity } from '../policies/severity.ts';

// What a case file tells beside findings: incidents, and what was done around the findings. Texts are redacted, cut, and
// with what is not seen made visible; times are those of the user's zone, as text, empty when unknown.

export interface CaseIncident {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly priority: string;
  readonly first: string;
  readonly last: string;
  /** `5 min 51 s, 7 findings of 7 rules`. */
  readonly amount: string;
  readonly tactics: readonly { readonly name: string; readonly first: string }[];
  readonly actors: readonly {
    readonly name: string;
    readonly kind: string;
    readonly text: string;
  }[];
  readonly moreActors: number;
  readonly objects: readonly string[];
  readonly moreObjects: number;
  readonly steps: readonly CaseStep[];
  readonly unseen: readonly string[];
  readonly next: readonly { readonly command: string; readonly purpose: string }[];
}

/** A request of an incident, or several equal ones one after the other. */
export interface CaseStep {
  readonly number: number;
  readonly time: string;
  readonly last: string;
  readonly count: number;
  readonly severity: Severity;
  readonly rule: string;
  readonly others: readonly string[];
  readonly user: string;
  readonly verb: string;
  readonly object: string;
  readonly alsoOn: readonly string[];
  readonly failure: string;
  readonly evidence: string;
  readonly source: string;
  readonly id: string;
  readonly place: string;
  /** Why it belongs to the story; empty for the first step. */
  readonly because: string;
  readonly consequences: readonly string[];
  readonly moreConsequences: number;
}

/** A value and how often it was seen. */
export interface CaseCount {
  readonly value: string;
  readonly count: number;
}

/** A value with when it was seen first and last. */
export interface CaseSighting extends CaseCount {
  readonly first: string;
  readonly last: string;
}

/** What one user did. */
export interface CaseIdentity {
  readonly name: string;
  /** The worst of its findings. */
  readonly severity: Severity;
  readonly requests: number;
  readonly first: string;
  readonly last: string;
  /** Requests over time, in bars of one width; empty without times. */
  readonly bars: readonly number[];
  readonly results: readonly CaseCount[];
  readonly groups: readonly CaseCount[];
  readonly actedAs: readonly CaseCount[];
  readonly findings: readonly (CaseSighting & { readonly severity: Severity })[];
  readonly addresses: readonly CaseSighting[];
  readonly clients: readonly CaseSighting[];
  readonly credentials: readonly CaseSighting[];
  readonly namespaces: readonly CaseCount[];
  readonly grants: readonly CaseCount[];
  readonly actions: readonly {
    readonly resource: string;
    readonly count: number;
    readonly verbs: readonly CaseCount[];
  }[];
  readonly denied: readonly CaseCount[];
  readonly failed: readonly CaseCount[];
  readonly secrets: readonly CaseCount[];
  /** How many findings it has, also of rules that are not among those above. */
  readonly findingCount: number;
  /** How many values the lists above do not hold. */
  readonly more: Readonly<Record<IdentityList, number>>;
  readonly sessions: number;
  /** True when values were forgotten: counts are lower bounds then. */
  readonly isPartial: boolean;
}

/** What an identity is told of in lists that are cut. */
type IdentityList =
  | 'groups'
  | 'actedAs'
  | 'findings'
  | 'addresses'
  | 'clients'
  | 'credentials'
  | 'namespaces'
  | 'grants'
  | 'actions'
  | 'denied'
  | 'failed'
  | 'secrets';

/** What happened to one object. */
export interface CaseObject {
  /** `namespace/resource/name`. */
  readonly name: string;
  readonly severity: Severity;
  readonly entries: readonly CaseChange[];
  readonly moreEntries: number;
  readonly reads: number;
  readonly readers: readonly CaseCount[];
  /** Writes of its status, which are not listed. */
  readonly routine: number;
}

/** One write of an object. */
export interface CaseChange {
  readonly time: string;
  readonly user: string;
  readonly as: string;
  readonly verb: string;
  readonly subresource: string;
  readonly result: string;
  readonly source: string;
  readonly client: string;
  readonly id: string;
  readonly note: string;
  /** A side is null where the path is missing. */
  readonly changes: readonly {
    readonly path: string;
    readonly before: string | null;
    readonly after: string | null;
  }[];
  readonly moreChanges: number;
}

/** One interactive access to a container or node. */
export interface CaseSession {
  readonly kind: string;
  readonly user: string;
  readonly as: string;
  /** `namespace/pod container`. */
  readonly target: string;
  /** `namespace/pods/name`, as objects are named elsewhere. */
  readonly object: string;
  readonly command: string;
  readonly start: string;
  readonly end: string;
  readonly lasted: string;
  readonly result: string;
  readonly source: string;
  readonly client: string;
  readonly tty: boolean;
  readonly stdin: boolean;
  readonly id: string;
  readonly file: string;
  readonly line: number;
}

/** Requests, packed for the page: see `outputs/case`. */
interface PackedRequests {
  readonly rows: number;
  readonly text: string;
  readonly details: string;
}

/** What was counted of all requests, and what is left out. */
export interface CaseActivityCounts {
  readonly requests: number;
  /** Requests in the page. */
  readonly listed: number;
  /** Requests that a cluster makes all day, by kind: they are counted only. */
  readonly noise: readonly CaseCount[];
  readonly levels: readonly CaseCount[];
  readonly stages: readonly CaseCount[];
  readonly moreIdentities: number;
  readonly moreObjects: number;
  readonly moreSessions: number;
  readonly notes: readonly string[];
}

/** What was done around the findings. */
export interface CaseActivity {
  readonly counts: CaseActivityCounts;
  readonly identities: readonly CaseIdentity[];
  readonly objects: readonly CaseObject[];
  readonly sessions: readonly CaseSession[];
  readonly requests: readonly PackedRequests[];
}

/** A rule that could not be decided on some events, for want of what was not logged. */
export interface CaseBlind {
  readonly rule: string;
  readonly events: number;
  readonly missing: readonly string[];
  readonly resources: readonly CaseCount[];
}

/** What a case file holds beside findings; known at the end. */
export interface CaseSections {
  readonly incidents: readonly CaseIncident[];
  /** What is in no incident. */
  readonly incidentNotes: readonly string[];
  readonly blind: readonly CaseBlind[];
  readonly activity: CaseActivity | undefined;
  /** Why there is no activity; empty when there is. */
  readonly absent: string;
}

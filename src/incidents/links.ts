/** One way in which two findings belong together. */
export interface Link {
  /** 1 to 5: which one is told where several join the same two findings. */
  readonly strength: 1 | 2 | 3 | 4 | 5;
  /**
   * How long may lie between: the pause of one actor (`--within`); that, but a quarter of an hour at most; a day,
   * for chains that name what links them; any time, for findings of one request.
   */
  readonly time: 'pause' | 'short' | 'day' | 'any';
  /** What the earlier finding and the later one have to do with each other, for documents. */
  readonly joins: string;
  /** The same, told at the later one; `{}` stands for what both name. */
  readonly why: string;
}

const MINUTE = 60_000_000_000n;
/** Longest pause between what one actor does, nanoseconds, when no other is asked for. */
export const DEFAULT_PAUSE = 60n * MINUTE;
const SHORT = 15n * MINUTE;
const DAY = 1440n * MINUTE;
const ANY = 1n << 62n;

/** The table of links: nothing else joins findings. */
export const LINKS = {
  request: {
    strength: 5,
    time: 'any',
    joins: 'findings of one request, by its audit ID',
    why: 'the same request',
  },
  correlation: {
    strength: 5,
    time: 'any',
    joins: 'the finding of a correlation and findings on the events that it counted',
    why: 'an event that the correlation counted',
  },
  token: {
    strength: 5,
    time: 'day',
    joins: 'a token minted, and what is done with that token, by its credential ID',
    why: 'the token minted there, by its ID {}',
  },
  controller: {
    strength: 5,
    time: 'day',
    joins:
      'an object made or changed, and what controllers make of it, by the owner of what they make',
    why: 'a controller made it of {}',
  },
  grant: {
    strength: 5,
    time: 'day',
    joins:
      'a binding written, and a request that it allowed to a service account or to everyone, by the reason of the authorizer',
    why: 'allowed by {}, which was written there',
  },
  'grant-user': {
    strength: 4,
    time: 'pause',
    joins: 'a binding written, and a request that it allowed to a user whom it names',
    why: 'allowed by {}, which was written there',
  },
  credential: {
    strength: 4,
    time: 'pause',
    joins: 'requests with one credential, by its ID; not those of control plane programs',
    why: 'the same credential {}',
  },
  account: {
    strength: 4,
    time: 'day',
    joins: 'a service account created, and what it does',
    why: 'the account {}, created there',
  },
  'pod-account': {
    strength: 4,
    time: 'day',
    joins:
      'a pod created or entered (exec, attach, debug) or a workload created, and what the account of the pod does from it',
    why: 'from the pod {}, created or entered there',
  },
  object: {
    strength: 4,
    time: 'day',
    joins:
      'an object created, and its use: a pod entered, a signing request approved, a token of an account minted, a secret read by name',
    why: 'uses {}, created there',
  },
  'token-name': {
    strength: 4,
    time: 'day',
    joins:
      'a token of an account minted, or a secret for one created, and what the account does outside of pods, where the log names no credential IDs',
    why: 'the account {}, whose token was taken there',
  },
  actor: {
    strength: 3,
    time: 'pause',
    joins:
      'requests of one person; of one account in one pod, or from one client; of one shared administrator from one address',
    why: 'the same user {}',
  },
  address: {
    strength: 2,
    time: 'short',
    joins:
      'a service account outside of pods and one other user, from one public address that no more than three users have',
    why: 'from the same public address {}',
  },
  anonymous: {
    strength: 1,
    time: 'short',
    joins: 'requests without a user, from one address with one client program',
    why: 'without a user, from the same address and client {}',
  },
} as const satisfies Readonly<Record<string, Link>>;

export type LinkName = keyof typeof LINKS;

/** Nanoseconds that may lie between two findings of a link. */
export function windowOf(link: LinkName, pause: bigint): bigint {
  switch (LINKS[link].time) {
    case 'pause':
      return pause;
    case 'short':
      return pause < SHORT ? pause : SHORT;
    case 'day':
      return pause > DAY ? pause : DAY;
    case 'any':
      return ANY;
  }
}

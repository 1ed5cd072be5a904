import { isLevel, type Level } from '../levels.ts';
import type { AuditPolicy, PolicyRule } from './audit-policy.ts';
import { EMPTY, entry } from './policy-noise.ts';

/** Requests that are alike, and what share of a log they make. Texts are untrusted. */
export interface LoggedRequests {
  readonly user: string;
  readonly isNode: boolean;
  readonly verb: string;
  readonly level: string;
  readonly apiGroup: string;
  readonly resource: string | undefined;
  /** First part of the path of a URL that is no resource. */
  readonly path: string;
  /** True for what clusters do all day. */
  readonly isRoutine: boolean;
  /** Of the bytes of the log, from 0 to 1. */
  readonly share: number;
}

/** Rules of a policy that make a log smaller. */
export interface DropPolicy {
  /** Drops what is routine, and has the rest logged as now. */
  readonly policy: AuditPolicy;
  /** Share of the bytes that it drops. */
  readonly dropped: number;
  /** What else is large, and could do without bodies; people must decide on it. */
  readonly bodies: readonly PolicyRule[];
}

const MAX_RULES = 20;
/** Shares below this are not worth a rule. */
const LEAST_SHARE = 0.002;
/** From this share on, requests of people and add-ons are named. */
const LARGE_SHARE = 0.03;
const READS = new Set(['get', 'list', 'watch']);
/** Written all day, and telling nothing about who did what. */
const ROUTINE_WRITES = new Set([
  'leases',
  'events',
  'nodes/status',
  'pods/status',
  'endpoints',
  'endpointslices',
  'tokenreviews',
  'subjectaccessreviews',
]);
const LEVEL_ORDER: readonly Level[] = ['None', 'Metadata', 'Request', 'RequestResponse'];

/**
 * The policy that would drop the routine part of a log. Reads of secrets, and writes of anything that matters, are
 * never dropped, whoever makes them.
 */
export function dropPolicy(requests: readonly LoggedRequests[]): DropPolicy {
  const routine = requests.filter((each) => each.share >= LEAST_SHARE && isDroppable(each));
  const rules = mergedRules(routine, 'None').slice(0, MAX_RULES);
  const large = requests.filter(
    (each) => each.share >= LARGE_SHARE && !isDroppable(each) && hasBodies(each.level),
  );
  const highest = requests.reduce<Level>(
    (level, each) =>
      isLevel(each.level) && LEVEL_ORDER.indexOf(each.level) > LEVEL_ORDER.indexOf(level)
        ? each.level
        : level,
    'Metadata',
  );
  const rest: PolicyRule = {
    ...EMPTY,
    level: highest,
    comment: 'everything else: put the rules of your own policy here',
  };
  return {
    policy: { rules: [...rules.map(({ rule }) => rule), rest], omitStages: [] },
    dropped: rules.reduce((sum, { share }) => sum + share, 0),
    bodies: mergedRules(large, 'Metadata')
      .slice(0, MAX_RULES)
      .map(({ rule }) => rule),
  };
}

function hasBodies(level: string): boolean {
  return level === 'Request' || level === 'RequestResponse';
}

function isDroppable({ isRoutine, verb, resource, path }: LoggedRequests): boolean {
  if (!isRoutine || verb === '') return false;
  if (resource === undefined) return path.length > 1 && !path.includes('*');
  const [kind] = resource.split('/', 1);
  if (kind === 'secrets' || resource === 'serviceaccounts/token') return false;
  return READS.has(verb) || ROUTINE_WRITES.has(resource);
}

interface Merged {
  readonly rule: PolicyRule;
  readonly share: number;
}

/** One rule a user and verb: a rule matches every pair of its verbs and resources. */
function mergedRules(requests: readonly LoggedRequests[], level: Level): Merged[] {
  const groups = new Map<string, LoggedRequests[]>();
  for (const each of requests) {
    const who = each.isNode ? 'system:nodes' : each.user;
    const key =
      each.resource === undefined ? 'urls' : JSON.stringify([each.isNode, who, each.verb]);
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return [...groups.values()]
    .map((group) => {
      const share = group.reduce((sum, each) => sum + each.share, 0);
      return { share, rule: ruleOf(group, level, share) };
    })
    .toSorted((a, b) => b.share - a.share);
}

function ruleOf(group: readonly LoggedRequests[], level: Level, share: number): PolicyRule {
  const [{ user, isNode, verb, resource }] = group as [LoggedRequests];
  const comment = `${(100 * share).toFixed(1)} % of the bytes`;
  if (resource === undefined) {
    const urls = [...new Set(group.map(({ path }) => `${path}*`))].toSorted();
    return { ...EMPTY, level, nonResourceURLs: urls, comment };
  }
  const byGroup = new Map<string, Set<string>>();
  for (const { apiGroup, resource: name = '' } of group) {
    byGroup.set(apiGroup, (byGroup.get(apiGroup) ?? new Set()).add(name));
  }
  return {
    ...EMPTY,
    level,
    ...(isNode ? { userGroups: ['system:nodes'] } : { users: [user] }),
    verbs: [verb],
    resources: [...byGroup].map(([name, resources]) => entry(name, [...resources].toSorted())),
    comment,
  };
}

import { CUSTOM_GROUP, isStatus, shapeResource, type RequestShape } from '../api-resources.ts';
import type { AuditPolicy, GroupResources, PolicyRule } from './audit-policy.ts';
import { covers, higher, LEVELS, type Level } from '../levels.ts';
import { EMPTY, entry, NOISE, type Noise } from './policy-noise.ts';
import { canFire, isGeneral, type Need, type Needs } from '../needs.ts';
import { ProbeSet } from '../probe-set.ts';

/** A computed policy, with notes on requests that it leaves out on purpose. */
export interface BuiltPolicy {
  readonly policy: AuditPolicy;
  readonly notes: readonly string[];
}

/** Rules that a remark names. */
const MAX_NAMED = 5;

/** Levels that are never exceeded, whatever rules ask: the bodies are credentials. */
const CAPS: readonly {
  readonly group: string;
  readonly resource: string;
  readonly level: Level;
}[] = [
  { group: '', resource: 'secrets', level: 'Metadata' },
  { group: 'authentication.k8s.io', resource: 'tokenreviews', level: 'Metadata' },
  // The lifetime and the audiences, not the minted token.
  { group: '', resource: 'serviceaccounts/token', level: 'Request' },
];

/**
 * Builds the smallest audit policy under which every rule sees the values that it reads, as far as conditions
 * tell. Entries for noise that no rule concerns, and limits for credentials, come first.
 */
export function buildPolicy(needs: Needs): BuiltPolicy {
  const notes: string[] = [];
  const rules: PolicyRule[] = [];
  const all = [...needs.byRule.values()].flat();
  const wide = needsEverything(all);
  // Without a rule for all the rest, what nobody asks for is not logged anyway.
  for (const noise of wide ? NOISE : []) {
    const { specific, general } = rulesIn(noise, needs);
    if (specific.length === 0) rules.push(noise.rule);
    const what = noise.rule.comment?.replace('noise: ', '') ?? '';
    if (specific.length > 0) notes.push(`${what} are logged, for ${named(specific)}`);
    else if (general.length > 0) {
      notes.push(
        `not logged: ${what}. Rules about all requests do not see them: ${named(general)}`,
      );
    }
  }
  for (const cap of CAPS) {
    const blind = all.filter(
      ({ rule, shape, fires }) =>
        shape.group === cap.group &&
        shapeResource(shape) === cap.resource &&
        !covers(cap.level, fires) &&
        !isGeneral(needs.byRule.get(rule)!),
    );
    const names = [...new Set(blind.map(({ rule }) => rule.name))];
    if (names.length > 0) {
      notes.push(
        `${cap.resource} stay at ${cap.level}, as their bodies are credentials; blind by that: ${named(names)}`,
      );
    }
    const level = levelOf(cap, all);
    if (level === 'None') continue;
    rules.push({
      ...EMPTY,
      level,
      resources: [entry(cap.group, [cap.resource])],
      comment:
        level === 'Request'
          ? 'credentials: the request, never the answer'
          : 'credentials: never a body',
    });
  }
  const known = all.filter(({ shape }) => shape.group !== '*');
  const unknown = lostByGroup(all, wide);
  if (unknown.length > 0) {
    const level = wide ? 'stay at Metadata' : 'are not logged';
    notes.push(
      `${named(unknown)} ${level}, as their API groups are not known here: name them in conditions, ` +
        `jevt.value[/objectRef/apiGroup] = GROUP (kubectl api-resources lists them)`,
    );
  }
  rules.push(...bodyRules(known));
  if (wide) rules.push({ ...EMPTY, level: 'Metadata', comment: 'all the rest' });
  else rules.push(...metadataRules(known));
  // The API server takes no policy without a rule.
  if (rules.length === 0) rules.push({ ...EMPTY, level: 'None' });
  const received = all.some(({ stages }) => stages.length === 1 && stages[0] === 'RequestReceived');
  return {
    policy: {
      rules,
      omitStages: received ? [] : ['RequestReceived'],
      omitManagedFields: true,
    },
    notes,
  };
}

/**
 * Names of resources that lack something, as their API groups are not known. Before Kubernetes 1.36 an API server does
 * not start with a policy that has a star for a group.
 */
function lostByGroup(needs: readonly Need[], wide: boolean): string[] {
  const lost = needs.filter(
    ({ shape, sees }) => shape.group === '*' && !(wide && sees === 'Metadata'),
  );
  return [...new Set(lost.map(({ shape }) => shapeResource(shape)))];
}

/** The level that the rules need, limited by the cap. */
function levelOf(cap: (typeof CAPS)[number], needs: readonly Need[]): Level {
  let level: Level = 'None';
  for (const { shape, sees } of needs) {
    if (shape.group === cap.group && shapeResource(shape) === cap.resource)
      level = higher(level, sees);
  }
  return covers(level, cap.level) ? cap.level : level;
}

/** At most a few rules by name. */
function named(rules: readonly string[]): string {
  const rest = rules.length - MAX_NAMED;
  return rules.slice(0, MAX_NAMED).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}

/** Rules that could fire on noise: those about that resource, and those about requests in general. */
function rulesIn(noise: Noise, needs: Needs): { specific: string[]; general: string[] } {
  const { verbs } = noise.rule;
  const probes = new Map<RequestShape, readonly ProbeSet[]>();
  for (const shape of needs.shapes) {
    if (verbs.length > 0 && !verbs.includes(shape.verb)) continue;
    const resource = shapeResource(shape);
    const samples = noise.samples.filter(({ resources }) => resources.includes(resource));
    if (samples.length === 0) continue;
    const sets = samples.map((sample) => new ProbeSet(needs.memory, shape, sample.circumstances));
    probes.set(shape, sets);
  }
  const specific: string[] = [];
  const general: string[] = [];
  for (const [rule, ruleNeeds] of needs.byRule) {
    const isHit = ruleNeeds.some(({ shape, stages }) =>
      probes.get(shape)?.some((set) => canFire(rule, set, 'RequestResponse', stages)),
    );
    if (isHit) (isGeneral(ruleNeeds) ? general : specific).push(rule.name);
  }
  return { specific, general };
}

interface ResourceNeed {
  readonly group: string;
  readonly resource: string;
  level: Level;
  readonly verbs: Set<string>;
  readonly rules: Set<string>;
}

/** Rules for everything that needs bodies, one per level and set of verbs. */
function bodyRules(needs: readonly Need[]): PolicyRule[] {
  const byResource = new Map<string, ResourceNeed>();
  for (const { shape, sees, rule } of needs) {
    if (sees === 'Metadata' || isStatus(shape)) continue;
    if (shape.group === undefined || shape.group === CUSTOM_GROUP) continue;
    const resource = shapeResource(shape);
    if (CAPS.some((cap) => cap.group === shape.group && cap.resource === resource)) continue;
    const key = `${shape.group} ${resource}`;
    const found = byResource.get(key) ?? {
      group: shape.group,
      resource,
      level: 'Request' as Level,
      verbs: new Set<string>(),
      rules: new Set<string>(),
    };
    found.level = higher(found.level, sees);
    found.verbs.add(shape.verb);
    found.rules.add(rule.name);
    byResource.set(key, found);
  }
  const groups = new Map<string, ResourceNeed[]>();
  for (const need of byResource.values()) {
    const key = `${LEVELS.length - LEVELS.indexOf(need.level)} ${[...need.verbs].toSorted().join(',')}`;
    groups.set(key, [...(groups.get(key) ?? []), need]);
  }
  return [...groups]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, members]) => {
      const count = new Set(members.flatMap(({ rules }) => [...rules])).size;
      return Object.assign({}, EMPTY, {
        level: members[0]!.level,
        verbs: [...members[0]!.verbs].toSorted(),
        resources: byGroup(members),
        comment: `bodies that ${count} ${count === 1 ? 'rule looks' : 'rules look'} at`,
      });
    });
}

function byGroup(members: readonly { group: string; resource: string }[]): GroupResources[] {
  const groups = new Map<string, string[]>();
  for (const { group, resource } of members) {
    groups.set(group, [...(groups.get(group) ?? []), resource]);
  }
  return [...groups]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([group, resources]) => entry(group, resources.toSorted()));
}

/** True when some rule is about requests whatever their resource. */
function needsEverything(needs: readonly Need[]): boolean {
  return needs.some(({ shape }) => shape.group === CUSTOM_GROUP);
}

/** Without rules about everything: only what rules look at. */
function metadataRules(needs: readonly Need[]): PolicyRule[] {
  const seen = new Map<string, { group: string; resource: string }>();
  let urls = false;
  for (const { shape } of needs) {
    const { group } = shape;
    if (group === undefined) urls = true;
    else seen.set(`${group} ${shapeResource(shape)}`, { group, resource: shapeResource(shape) });
  }
  const rules: PolicyRule[] = [];
  if (seen.size > 0) {
    const resources = byGroup([...seen.values()]);
    rules.push({
      ...EMPTY,
      level: 'Metadata',
      resources,
      comment: 'what rules look at without bodies',
    });
  }
  if (urls)
    rules.push({ ...EMPTY, level: 'Metadata', nonResourceURLs: ['*'], comment: 'other URLs' });
  return rules;
}

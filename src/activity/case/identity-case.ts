import type { CaseCount, CaseIdentity, CaseSighting } from '../../outputs/case-sections.ts';
import type { CaseTexts } from '../../outputs/case/case-texts.ts';
import type { Sighting, Sightings } from '../count/sightings.ts';
import type { Counts } from '../count/value-tally.ts';
import { IdentityProfile } from '../identity/identity.ts';

/** Values of one kind in a profile, resources with verbs. */
const MAX_VALUES = 30;
const MAX_RESOURCES = 60;

/** A user of findings. */
export class ProfiledUser {
  readonly profile = new IdentityProfile();
}

/** A profile as the page tells it. */
export function caseIdentity(
  name: string,
  { profile }: ProfiledUser,
  { name: shown, time }: CaseTexts,
): CaseIdentity {
  const counts = (each: Counts): CaseCount[] =>
    each.top(MAX_VALUES).map(([value, count]) => ({ value: shown(value), count }));
  const sighting = ({ value, count, first, last }: Sighting): CaseSighting => ({
    value: shown(value),
    count,
    first: time(first),
    last: time(last),
  });
  const sightings = (each: Sightings): CaseSighting[] => each.top(MAX_VALUES).map(sighting);
  const findings = profile.findingsBySeverity();
  return {
    name: shown(name),
    severity: findings[0]?.severity ?? 'info',
    requests: profile.requests,
    first: time(profile.first),
    last: time(profile.last),
    bars: profile.bars.on(profile.bars),
    results: counts(profile.results),
    groups: counts(profile.groups),
    actedAs: counts(profile.actedAs),
    findings: findings
      .slice(0, MAX_VALUES)
      .map((each) => ({ ...sighting(each), severity: each.severity })),
    addresses: sightings(profile.sourceIps),
    clients: sightings(profile.clients),
    credentials: sightings(profile.credentials),
    namespaces: counts(profile.namespaces),
    grants: counts(profile.grants),
    actions: profile
      .matrix()
      .slice(0, MAX_RESOURCES)
      .map(({ resource, count, verbs }) => ({
        resource: shown(resource),
        count,
        verbs: verbs
          .slice(0, MAX_VALUES)
          .map(([verb, each]) => ({ value: shown(verb), count: each })),
      })),
    denied: counts(profile.denied),
    failed: counts(profile.failed),
    secrets: counts(profile.secrets),
    findingCount: findings.reduce((sum, { count }) => sum + count, 0),
    more: beyondLists(profile),
    sessions: profile.sessionCount,
    isPartial: profile.forgotten,
  };
}

/** How many values of a profile its lists do not hold. */
function beyondLists(profile: IdentityProfile): CaseIdentity['more'] {
  const beyond = (size: number, most = MAX_VALUES): number => Math.max(0, size - most);
  return {
    groups: beyond(profile.groups.size),
    actedAs: beyond(profile.actedAs.size),
    findings: beyond(profile.findingsBySeverity().length),
    addresses: beyond(profile.sourceIps.size),
    clients: beyond(profile.clients.size),
    credentials: beyond(profile.credentials.size),
    namespaces: beyond(profile.namespaces.size),
    grants: beyond(profile.grants.size),
    actions: beyond(profile.matrix().length, MAX_RESOURCES),
    denied: beyond(profile.denied.size),
    failed: beyond(profile.failed.size),
    secrets: beyond(profile.secrets.size),
  };
}

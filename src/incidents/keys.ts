import { correlatedPlaces, eventOf, placeOf, type Entry } from './incident-entry.ts';
import { ACCOUNT_PREFIX, type Identity } from './user-kind.ts';
import type { LinkName } from './links.ts';
import { isChange, isEntered, isMade, objectText, podFamilies, WORKLOADS } from './made.ts';

/** A name that findings share. */
export interface Key {
  readonly link: LinkName;
  /** Equal for findings that the link may join. */
  readonly key: string;
  /** With `same` either comes first; else a finding that made something comes before one that uses it. */
  readonly role: 'same' | 'source' | 'use';
  /** What both name, for {@link Link.why}; log text. */
  readonly text: string;
}

/** What is known of a finding before its keys are. */
export interface Known {
  readonly entry: Entry;
  readonly identity: Identity;
  /** True where its address joins ({@link sharedAddresses}). */
  readonly isAddressTelling: boolean;
  /** The places that correlations name: others need no key. */
  readonly places: ReadonlySet<string>;
}

/** The keys of a finding: what of it may join it with others. */
export function keysOf(known: Known): Key[] {
  const { finding } = known.entry;
  const keys: Key[] = [same('request', eventOf(finding), '')];
  for (const place of [placeOf(finding)].filter((each) => known.places.has(each))) {
    keys.push(same('correlation', place, ''));
  }
  for (const place of correlatedPlaces(finding)) keys.push(same('correlation', place, ''));
  // An event without a time is in no window.
  if (finding.time === 0n) return keys;
  const cluster = finding.origin.cluster ?? '';
  const more = [...actorKeys(known), ...sourceKeys(known), ...useKeys(known)];
  return [...keys, ...more.map((each) => ({ ...each, key: JSON.stringify([cluster, each.key]) }))];
}

function same(link: LinkName, key: string, text: string): Key {
  return { link, key, role: 'same', text };
}

function source(link: LinkName, key: string, text: string): Key {
  return { link, key, role: 'source', text };
}

function use(link: LinkName, key: string, text: string): Key {
  return { link, key, role: 'use', text };
}

/** Who it was. */
function actorKeys({ entry, identity, isAddressTelling }: Known): Key[] {
  const { finding, facts } = entry;
  const { sourceIp: address = '', userAgent: agent = '' } = finding.subject;
  const { kind, name } = identity;
  if (kind === 'system') return [];
  if (kind === 'anonymous') {
    if (address === '') return [];
    return [same('anonymous', JSON.stringify([address, agent]), `${address} ${agent}`.trimEnd())];
  }
  const keys: Key[] = [];
  const { credential, pod } = facts;
  if (credential !== undefined) keys.push(same('credential', credential, credential));
  const where =
    kind === 'person' ? '' : kind === 'account' ? (pod ?? `@${address}`) : `@${address}`;
  keys.push(same('actor', JSON.stringify([name, where]), name));
  if (isAddressTelling) keys.push(same('address', address, address));
  return keys;
}

/** What it made, that others may use. */
function sourceKeys({ entry, identity }: Known): Key[] {
  const { finding, facts } = entry;
  const { resource = '', subresource, namespace = '', name = '' } = finding.subject;
  const object = objectText(finding);
  const keys: Key[] = [];
  if (isMade(finding) && WORKLOADS.has(resource)) {
    keys.push(source('pod-account', `family ${namespace}/${name}`, object));
  }
  if (isChange(finding) && WORKLOADS.has(resource)) {
    keys.push(source('controller', `${namespace}/${name}`, object));
  }
  if (identity.kind === 'system') return keys;
  if (isEntered(finding) || (isMade(finding) && resource === 'pods')) {
    keys.push(source('pod-account', `pod ${namespace}/${name}`, `${namespace}/${name}`));
  }
  if (isChange(finding) && (resource === 'clusterrolebindings' || resource === 'rolebindings')) {
    const key = `${resource} ${namespace}/${name}`;
    keys.push(source('grant', key, object), source('grant-user', key, object));
  }
  if (isMade(finding) && USED.has(resource)) {
    keys.push(source('object', `${resource} ${namespace}/${name}`, object));
  }
  if (isMade(finding) && resource === 'serviceaccounts') {
    keys.push(source('account', `${namespace}/${name}`, `${namespace}/${name}`));
  }
  if (resource === 'serviceaccounts' && subresource === 'token' && isMinted(finding)) {
    const account = `${namespace}/${name}`;
    const { issued } = facts;
    if (issued === undefined) keys.push(source('token-name', account, account));
    else {
      keys.push(source('token', issued, issued));
      keys.push(source('token-name', `${account} without ID`, account));
    }
  }
  if (facts.tokenFor !== undefined && isMade(finding)) {
    const account = `${namespace}/${facts.tokenFor}`;
    keys.push(source('token-name', `${account} without ID`, account));
  }
  return keys;
}

/** Kinds of objects whose use by somebody else is suspicious. */
const USED = new Set(['pods', 'certificatesigningrequests', 'serviceaccounts', 'secrets']);

function isMinted({ subject: { verb, code = '200' } }: Entry['finding']): boolean {
  return verb === 'create' && code.startsWith('2');
}

/** What it uses, that others may have made. */
function useKeys({ entry, identity }: Known): Key[] {
  const { finding, facts } = entry;
  const { kind } = identity;
  const keys: Key[] = [];
  const object = objectUse(finding);
  if (object !== undefined) keys.push(use('object', object, objectText(finding)));
  const { namespace = '' } = finding.subject;
  if (kind === 'system') {
    if (facts.owner === undefined) return keys;
    const owner = facts.owner.slice(facts.owner.indexOf('/') + 1);
    return podFamilies(owner).map((family) =>
      use('controller', `${namespace}/${family}`, `${namespace}/${family}`),
    );
  }
  const account = kind === 'account' ? accountName(identity.name) : undefined;
  if (account !== undefined) keys.push(...accountUses(account, facts));
  const { grant } = facts;
  if (grant === undefined) return keys;
  const binding = `${grant.resource} ${grant.namespace}/${grant.name}`;
  const text = [grant.namespace, grant.resource, grant.name]
    .filter((part) => part !== '')
    .join('/');
  const isEveryone = grant.subject === 'system:unauthenticated' || kind === 'anonymous';
  if (isEveryone || grant.subjectKind === 'ServiceAccount') keys.push(use('grant', binding, text));
  else if (grant.subjectKind === 'User') keys.push(use('grant-user', binding, text));
  return keys;
}

function accountUses(account: string, { credential, pod }: Entry['facts']): Key[] {
  const keys: Key[] = [use('account', account, account)];
  if (credential !== undefined) keys.push(use('token', credential, credential));
  if (pod === undefined) {
    keys.push(use('token-name', account, account));
    if (credential === undefined) keys.push(use('token-name', `${account} without ID`, account));
    return keys;
  }
  const namespace = account.slice(0, account.indexOf('/'));
  keys.push(use('pod-account', `pod ${namespace}/${pod}`, `${namespace}/${pod}`));
  for (const family of podFamilies(pod)) {
    keys.push(use('pod-account', `family ${namespace}/${family}`, `${namespace}/${pod}`));
  }
  return keys;
}

/** `namespace/name` of a service account. */
function accountName(user: string): string {
  return user.slice(ACCOUNT_PREFIX.length).replace(':', '/');
}

function objectUse(finding: Entry['finding']): string | undefined {
  const { verb, resource = '', subresource, namespace = '', name = '' } = finding.subject;
  const isUse =
    isEntered(finding) ||
    (resource === 'certificatesigningrequests' && subresource === 'approval') ||
    (resource === 'serviceaccounts' && subresource === 'token') ||
    (resource === 'secrets' && verb === 'get' && subresource === undefined);
  return isUse && name !== '' ? `${resource} ${namespace}/${name}` : undefined;
}

import type { CheckNode } from '../../condition/ast.ts';

/** Operators with which a value is the whole text. */
const WHOLE = new Set<string>(['=', '==', '!=', 'in', 'intersects']);

/** Fields with names, of which none has an asterisk; `true` for those with several values. */
const NAMES: ReadonlyMap<string, boolean> = new Map([
  ['ka.impuser.name', false],
  ['ka.req.binding.role', false],
  ['ka.req.binding.subjects.group_names', true],
  ['ka.req.binding.subjects.serviceaccount_names', true],
  ['ka.req.binding.subjects.serviceaccount_ns_names', true],
  ['ka.req.binding.subjects.user_names', true],
  ['ka.req.container.image', false],
  ['ka.req.container.image.repository', false],
  ['ka.req.pod.containers.image', true],
  ['ka.req.pod.containers.image.repository', true],
  ['ka.req.pod.initContainers.image', true],
  ['ka.req.pod.initContainers.image.repository', true],
  ['ka.req.pod.volumes.hostpath', true],
  ['ka.resp.name', false],
  ['ka.sourceips', true],
  ['ka.target.name', false],
  ['ka.target.namespace', false],
  ['ka.target.resource', false],
  ['ka.target.subresource', false],
  ['ka.user.groups', true],
  ['ka.user.name', false],
  ['ka.verb', false],
]);

/** Fields of those whose values hold no blanks either. */
const WITHOUT_BLANKS =
  /^ka\.(?:sourceips|target\.(?:namespace|resource)|req\.(?:pod|container).*\.image(?:\.repository)?)$/;

/** Fields of which all values are known. */
const KNOWN_VALUES: ReadonlyMap<string, readonly string[]> = new Map([
  ['ka.auth.decision', ['allow', 'forbid']],
  ['ka.stage', ['RequestReceived', 'ResponseStarted', 'ResponseComplete', 'Panic']],
]);

/** What people take for verbs, and what events have instead. */
const NO_VERBS: ReadonlyMap<string, string> = new Map([
  ['apply', "ka.verb is 'patch', or 'create' for what was not there"],
  ['attach', "ka.target.subresource is 'attach'"],
  ['edit', "ka.verb is 'patch'"],
  ['evict', "ka.target.subresource is 'eviction'"],
  ['exec', "ka.target.subresource is 'exec'"],
  ['impersonate', "write 'ka.impuser.name exists'"],
  ['log', "ka.target.subresource is 'log'"],
  ['logs', "ka.target.subresource is 'log'"],
  ['port-forward', "ka.target.subresource is 'portforward'"],
  ['portforward', "ka.target.subresource is 'portforward'"],
]);

/** Fields that an event lacks rather than has them empty. */
const NEVER_EMPTY = new Set([
  'ka.impuser.name',
  'ka.target.name',
  'ka.target.namespace',
  'ka.target.subresource',
]);

/** Groups of which each user has one. */
const EVERYBODY = new Set(['system:authenticated', 'system:unauthenticated']);

/** What people know by the names of kinds, in lower case. */
const KINDS = new Set(
  `clusterrole clusterrolebinding configmap cronjob daemonset deployment ingress job namespace networkpolicy
  node pod replicaset role rolebinding secret service serviceaccount statefulset`.split(/\s+/),
);

/** What is wrong with a value, and what to write. */
interface Problem {
  readonly message: string;
  readonly hint: string;
}

/** What a value of a check has that no value of the field has. */
export function problemOf(value: string, field: string, check: CheckNode): Problem | undefined {
  // A missing value is warned of by itself.
  if (value === '<NA>') return undefined;
  if (value.includes('*') && NAMES.has(field)) {
    // Queries of custom metrics name all objects so: /pods/*/http_requests.
    if (field === 'ka.target.name' && value === '*') return undefined;
    return asteriskProblem(value, field, check);
  }
  if (field === 'ka.target.resource' && value.includes('/')) {
    const [resource, subresource] = value.split('/') as [string, string];
    return {
      message: `'${value}' is no resource: a subresource has a field of its own`,
      hint: `ka.target.resource is '${resource}', ka.target.subresource is '${subresource}'`,
    };
  }
  const account = accountProblem(value, field);
  if (account !== undefined) return account;
  if (!WHOLE.has(check.operator)) return undefined;
  // `!= ""` asks whether there is a value.
  if (value === '' && check.operator !== '!=' && NEVER_EMPTY.has(field)) {
    return {
      message: `a missing ${field} is never equal to an empty text`,
      hint: `write 'not ${field} exists'`,
    };
  }
  const known = KNOWN_VALUES.get(field);
  if (known !== undefined && !hasValue(known, value, check)) {
    return {
      message: `'${value}' is no value of ${field}`,
      hint: `values are ${known.join(', ')}`,
    };
  }
  const instead = field === 'ka.verb' ? NO_VERBS.get(value) : undefined;
  if (instead !== undefined) return { message: `'${value}' is no verb`, hint: instead };
  if (WITHOUT_BLANKS.test(field) && /\S\s+\S/.test(value)) {
    return {
      message: `'${value}' is one value with a blank in it`,
      hint: `a comma may be missing: ${value.trim().split(/\s+/).join(', ')}`,
    };
  }
  if (field === 'ka.sourceips' && /^[\d.:a-f]+\/\d+$/i.test(value)) {
    return {
      message: `'${value}' is a network: this field is compared with addresses, as texts`,
      hint: `write 'kx.net[/sourceIPs] in (${value})', which k8s-audit alone has`,
    };
  }
  if (field === 'ka.verb' && /[A-Z]/.test(value)) {
    return { message: `'${value}' is no verb`, hint: `write '${value.toLowerCase()}'` };
  }
  if (field === 'ka.response.code' && !/^\d*$/.test(value)) {
    return codeProblem(value);
  }
  if (field === 'ka.target.resource') return kindProblem(value);
  return undefined;
}

/** Whether one of the known values is meant; in lower case where the field is compared so. */
function hasValue(known: readonly string[], value: string, { left }: CheckNode): boolean {
  return known.some((each) => (left.kind === 'field' ? each : each.toLowerCase()) === value);
}

/** `tolower(…) = Jane`. */
export function caseProblem(value: string, { left, operator }: CheckNode): Problem | undefined {
  if (left.kind !== 'transformer' || operator === 'icontains') return undefined;
  const lower = value.toLowerCase();
  if (lower === value) return undefined;
  return {
    message: `'${value}' is not in lower case, as tolower makes it`,
    hint: `write '${lower}'`,
  };
}

/** The name of a service account for that of its group, and the other way round. */
function accountProblem(value: string, field: string): Problem | undefined {
  if (/^ka\.(?:user|impuser)\.name$/.test(field) && value.startsWith('system:serviceaccounts')) {
    const hint = `accounts are called 'system:serviceaccount:NAMESPACE:NAME'; groups are in ka.user.groups`;
    return { message: `'${value}' begins as a group of service accounts does`, hint };
  }
  if (field === 'ka.user.groups' && value.startsWith('system:serviceaccount:')) {
    const hint = `the account is in ka.user.name, its groups are 'system:serviceaccounts' and 'system:serviceaccounts:NAMESPACE'`;
    return { message: `'${value}' begins as the name of a service account does`, hint };
  }
  return undefined;
}

/** `ka.user.groups in (…)` is about all groups of a user, and there is always one more than people think of. */
export function groupsProblem(
  field: string,
  values: readonly string[],
  { left, operator }: CheckNode,
): Problem | undefined {
  if (field !== 'ka.user.groups' || operator !== 'in' || left.kind !== 'field') return undefined;
  if (values.some((value) => EVERYBODY.has(value))) return undefined;
  return {
    message: `'in' asks that each group of the user is in the list, and each user is in system:authenticated too`,
    hint: `for one of them write '${field} intersects (${values.join(', ')})'`,
  };
}

function asteriskProblem(value: string, field: string, check: CheckNode): Problem {
  const message = `'*' is no wildcard here: ${field} is compared with '${value}' as it stands`;
  if (/^\*+$/.test(value)) {
    return { message, hint: `to test that there is a value, write '${field} exists'` };
  }
  if (!WHOLE.has(check.operator))
    return { message, hint: `leave the asterisk out, or write 'glob'` };
  if (NAMES.get(field) === true) {
    const text = `join(",", ${field}) glob "*${value.replace(/^\*|\*$/g, '')}*"`;
    return { message, hint: `a list takes no wildcards, its text does: '${text}'` };
  }
  return { message, hint: `write '${field} glob "${value}"'` };
}

/** `4*` or `ALLOW` for a code. */
function codeProblem(value: string): Problem {
  const isDecision = /^(?:allow|forbid|den)/i.test(value);
  return {
    message: `'${value}' is no code of a response`,
    hint: isDecision ? 'the decision is in ka.auth.decision' : 'codes are numbers, as in 403',
  };
}

/** `Secret` for `secrets`. */
function kindProblem(value: string): Problem | undefined {
  const word = value.toLowerCase();
  const isPlural = KINDS.has(word.replace(/ies$/, 'y').replace(/(?<=s)es$|(?<!s)s$/, ''));
  if (!KINDS.has(word) && (!isPlural || word === value)) return undefined;
  const plural = KINDS.has(word) ? pluralOf(word) : word;
  return {
    message: `'${value}' is no resource: they have plural names in lower case`,
    hint: `write '${plural}'`,
  };
}

function pluralOf(word: string): string {
  if (word.endsWith('y')) return `${word.slice(0, -1)}ies`;
  return word.endsWith('s') ? `${word}es` : `${word}s`;
}

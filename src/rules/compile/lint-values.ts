import { walk, type CheckNode, type ConditionNode, type OperandNode } from '../../condition/ast.ts';
import type { DiagnosticItem, Warn } from '../diagnostics.ts';
import type { SourceText } from '../../yaml/source-text.ts';

/** Operators that take a value as it stands: none of its characters has a meaning. */
const AS_WRITTEN = new Set<string>([
  '=',
  '==',
  '!=',
  'in',
  'intersects',
  'contains',
  'icontains',
  'startswith',
  'endswith',
]);

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

/** What people know by the names of kinds, in lower case. */
const KINDS = new Set(
  `clusterrole clusterrolebinding configmap cronjob daemonset deployment ingress job namespace networkpolicy
  node pod replicaset role rolebinding secret service serviceaccount statefulset`.split(/\s+/),
);

/** Nobody writes more values by hand. */
const MOST_VALUES = 100;

/**
 * Warns of values that a field never has: `ka.user.name in (system:*)` compares with the asterisk as a
 * character, so a rule never fires, or an exemption exempts nothing, and Falco says no word.
 *
 * @param told values that were warned of; each is told once
 */
export function lintValues(
  { text, node }: { readonly text: SourceText; readonly node: ConditionNode },
  items: readonly DiagnosticItem[],
  told: Set<string>,
  warn: Warn,
): void {
  walk(node, (check) => {
    if (check.kind !== 'check' || !AS_WRITTEN.has(check.operator)) return;
    const field = fieldOf(check.left);
    if (field === undefined) return;
    const { right } = check;
    if (right.kind !== 'value' && right.kind !== 'list') return;
    const values = right.kind === 'value' ? [right.value] : right.values;
    if (values.length > MOST_VALUES) return;
    for (const value of values) {
      const problem = problemOf(value, field, check);
      if (problem === undefined || told.has(`${field} ${value}`)) continue;
      told.add(`${field} ${value}`);
      const position = text.locate(
        Math.max(right.span.start, text.text.indexOf(value, right.span.start)),
      );
      warn('LINT_NEVER_EQUAL', problem.message, { position, items }, problem.hint);
    }
  });
}

/** The field whose text is compared, also in lower case, as Sigma rules become. */
function fieldOf(left: OperandNode): string | undefined {
  if (left.kind === 'field') return left.name;
  const [of] = left.name === 'tolower' ? left.args : [];
  return of?.kind === 'field' ? of.name : undefined;
}

interface Problem {
  readonly message: string;
  readonly hint: string;
}

function problemOf(value: string, field: string, check: CheckNode): Problem | undefined {
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
  if (!WHOLE.has(check.operator)) return undefined;
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

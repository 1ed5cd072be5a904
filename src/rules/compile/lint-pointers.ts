import {
  walk,
  type ArgumentNode,
  type ConditionNode,
  type FieldNode,
  type OperandNode,
} from '../../condition/ast.ts';
import type { DiagnosticItem, Warn } from '../diagnostics.ts';
import type { SourceText } from '../../yaml/source-text.ts';

/** Fields whose argument is a path into the event. */
const WITH_PATH = new Set(['jevt.value', 'json.value', 'kx.any', 'kx.net']);

/**
 * Warns of paths that lead nowhere in any event, as `jevt.value[user.username]` or
 * `jevt.value[/annotations/authorization.k8s.io/decision]`: the field is missing, so the check is false, and Falco says
 * no word.
 *
 * @param told paths that were warned of; each is told once
 */
export function lintPointers(
  { text, node }: { readonly text: SourceText; readonly node: ConditionNode },
  items: readonly DiagnosticItem[],
  told: Set<string>,
  warn: Warn,
): void {
  const look = ({ name, argument, span }: FieldNode): void => {
    if (argument === undefined || !WITH_PATH.has(name)) return;
    const problem = problemOf(argument);
    if (problem === undefined || told.has(argument)) return;
    told.add(argument);
    const hint = `write ${name}[${problem.right}]`;
    warn('LINT_PATH', problem.message, { position: text.locate(span.start), items }, hint);
  };
  walk(node, (check) => {
    if (check.kind !== 'check') return;
    eachField(check.left, look);
    if (check.right.kind === 'operand') eachField(check.right.operand, look);
  });
}

function eachField(node: OperandNode | ArgumentNode, look: (field: FieldNode) => void): void {
  if (node.kind === 'field') look(node);
  const inside = node.kind === 'transformer' ? node.args : node.kind === 'list' ? node.items : [];
  for (const argument of inside) eachField(argument, look);
}

/** The members of an event. */
const MEMBERS =
  `kind apiVersion level auditID stage requestURI verb user impersonatedUser sourceIPs userAgent objectRef
  responseStatus requestObject responseObject requestReceivedTimestamp stageTimestamp annotations`.split(
    /\s+/,
  );

const USER = ['username', 'uid', 'groups', 'extra'];

/** The members of those that have no others. */
const INNER: ReadonlyMap<string, readonly string[]> = new Map([
  ['user', USER],
  ['impersonatedUser', USER],
  [
    'objectRef',
    'resource namespace name uid apiGroup apiVersion resourceVersion subresource'.split(' '),
  ],
  ['responseStatus', 'kind apiVersion metadata status message reason details code'.split(' ')],
]);

interface Problem {
  readonly message: string;
  /** The path that is probably meant. */
  readonly right: string;
}

function problemOf(path: string): Problem | undefined {
  const parts = path.replace(/^\//, '').split('/');
  const first = parts[0]!;
  // No member of an event has a dot in its name.
  if (/^\$?\.?\w+(?:\.\w+)*$/.test(first) && /[.]/.test(first) && parts.length === 1) {
    const names = first.replace(/^\$?\.?/, '').split('.');
    return {
      message: `'${path}' is one name here: no event has it`,
      right: `/${names.join('/')}`,
    };
  }
  const right = spelledRight(parts);
  if (right !== undefined) {
    return { message: `no event has '/${parts.join('/')}'`, right: `/${right.join('/')}` };
  }
  const at = flatMapAt(parts);
  if (at === undefined) return undefined;
  const key = parts.slice(at);
  return {
    message: `'/${key.join('/')}' goes into a text: a '/' within a key is written ~1`,
    right: `/${[...parts.slice(0, at), key.join('~1')].join('/')}`,
  };
}

/** A path whose first names are no members of an event, or not spelled so, with those that are probably meant. */
function spelledRight([first = '', ...rest]: readonly string[]): string[] | undefined {
  const member = named(MEMBERS, first);
  if (member === undefined) return undefined;
  const inner = INNER.get(member);
  const [second = '', ...more] = rest;
  if (inner === undefined || rest.length === 0 || inner.includes(second)) {
    return member === first ? undefined : [member, ...rest];
  }
  const within = named(inner, second);
  if (within !== undefined) return [member, within, ...more];
  const beside = named(MEMBERS, second);
  return beside === undefined ? undefined : [beside, ...more];
}

/** The name that is the same but for its case. */
function named(names: readonly string[], name: string): string | undefined {
  return names.find((each) => each.toLowerCase() === name.toLowerCase());
}

/** Where the keys of a map from texts to texts begin, when a path goes further than such a map does. */
function flatMapAt(parts: readonly string[]): number | undefined {
  const at = parts.findIndex(
    (part, index) =>
      (part === 'annotations' && (index === 0 || parts[index - 1] === 'metadata')) ||
      (part === 'labels' && parts[index - 1] === 'metadata') ||
      part === 'matchLabels',
  );
  return at !== -1 && parts.length > at + 2 ? at + 1 : undefined;
}

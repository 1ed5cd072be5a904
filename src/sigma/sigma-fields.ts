import { quoteString } from '../condition/parse/literal.ts';
import type { FieldDefinition } from '../fields/field.ts';
import { didYouMean } from '../util/suggest.ts';
import type { YamlNode } from '../yaml/yaml-node.ts';
import { ForeignFieldError, SigmaError } from './sigma-error.ts';

/** What a field of a Sigma rule is compared as. */
export interface Target {
  /** A field that is one text, as conditions write it: the first choice, because Falco mostly has it too. */
  readonly scalar?: string;
  /** A field of the catalogue that is a list: Falco's operators do less with it. */
  readonly list?: string;
  /** JSON pointer to the same values. */
  readonly pointer?: string;
}

/** A field of audit events as Sigma rules name it, and what it becomes. */
interface FieldRow {
  /** A name; with `.*` at the end all names that start so. */
  readonly name: string;
  /** Other names that people write. */
  readonly aliases: readonly string[];
  readonly target: Target;
}

function row(name: string, scalar: string | undefined, ...aliases: readonly string[]): FieldRow {
  const pointer = pointerOf(name.split('.'));
  return { name, aliases, target: { pointer, scalar: scalar ?? fieldWith('jevt.value', pointer) } };
}

/** A field with several values, or any number of names below it. */
function manyRow(name: string, ...aliases: readonly string[]): FieldRow {
  return { name, aliases, target: { pointer: pointerOf(name.replace(/\.\*$/, '').split('.')) } };
}

/** Every field, its aliases in Sigma rules and in Elastic's naming. Documentation is made from this table. */
export const FIELD_ROWS: readonly FieldRow[] = [
  row('verb', 'ka.verb', 'event.action'),
  row('stage', 'ka.stage'),
  row('level', undefined),
  row('auditID', 'ka.auditid'),
  row('kind', undefined),
  row('apiVersion', undefined),
  row('requestURI', 'ka.uri', 'url.original'),
  row('userAgent', 'ka.useragent', 'user_agent.original'),
  row('requestReceivedTimestamp', undefined),
  row('stageTimestamp', undefined, '@timestamp'),
  row('user.username', 'ka.user.name', 'user.name', 'username'),
  row('user.uid', undefined, 'user.id'),
  manyRow('user.groups'),
  manyRow('user.extra.*'),
  row('impersonatedUser.username', 'ka.impuser.name'),
  row('impersonatedUser.uid', undefined),
  manyRow('impersonatedUser.groups'),
  manyRow('impersonatedUser.extra.*'),
  row('authenticationMetadata.impersonationConstraint', undefined),
  manyRow('sourceIPs.*', 'sourceIPs'),
  {
    name: 'source.ip',
    aliases: ['source.address'],
    target: { pointer: '/sourceIPs/0', scalar: 'jevt.value[/sourceIPs/0]' },
  },
  // The bare names are those of Leonidas, whose rules come with its attacks.
  row('objectRef.resource', 'ka.target.resource', 'resource'),
  row('objectRef.subresource', 'ka.target.subresource', 'subresource'),
  row('objectRef.namespace', 'ka.target.namespace', 'namespace'),
  row('objectRef.name', 'ka.target.name'),
  row('objectRef.uid', undefined),
  row('objectRef.apiGroup', undefined, 'apiGroup'),
  row('objectRef.apiVersion', undefined),
  row('objectRef.resourceVersion', undefined),
  row('responseStatus.code', 'ka.response.code', 'http.response.status_code'),
  row('responseStatus.reason', 'ka.response.reason'),
  row('responseStatus.status', undefined),
  row('responseStatus.message', undefined),
  manyRow('responseStatus.metadata.*'),
  manyRow('responseStatus.details.*'),
  {
    name: 'annotations.authorization.k8s.io/decision',
    aliases: [],
    target: { pointer: '/annotations/authorization.k8s.io~1decision', scalar: 'ka.auth.decision' },
  },
  {
    name: 'annotations.authorization.k8s.io/reason',
    aliases: [],
    target: { pointer: '/annotations/authorization.k8s.io~1reason', scalar: 'ka.auth.reason' },
  },
  manyRow('annotations.*'),
  // Whole objects: whether an event has them, or a text anywhere in them.
  ...['annotations', 'impersonatedUser', 'objectRef', 'responseStatus', 'user'].map((name) =>
    row(name, undefined),
  ),
  manyRow('requestObject.*', 'requestObject'),
  manyRow('responseObject.*', 'responseObject'),
  { name: 'hostPath', aliases: [], target: { list: 'kx.podspec.hostpaths' } },
  { name: 'capabilities', aliases: [], target: { list: 'kx.podspec.capabilities' } },
];

/** What Elastic and others put before the names of the event. */
const PREFIX = /^(?:kubernetes\.audit|k8s\.audit|k8s_audit|audit)\./;

/** Keys behind which one more key follows, dots and all. */
const OPEN_KEYS = new Set(
  'annotations labels matchLabels nodeSelector data stringData binaryData extra'.split(' '),
);

/** The whole event as text: what keywords are looked for in. */
export const WHOLE_EVENT: Target = { scalar: 'jevt.value[""]' };

/** What is known of fields outside the table. */
export interface FieldFinder {
  find(name: string): FieldDefinition | undefined;
}

/**
 * What a field of a Sigma rule stands for. Fields of this program (`ka.verb`, `kx.created`) are taken too.
 *
 * @throws SigmaError for a name that no audit event has, with the near ones; a ForeignFieldError where none is near
 */
export function targetOf(written: string, node: YamlNode, fields: FieldFinder): Target {
  const own = ownField(written, fields);
  if (own !== undefined) return own;
  const name = written.replace(PREFIX, '');
  const target = exactTarget(name) ?? belowTarget(name, written !== name);
  if (target !== undefined) return target;
  const names = FIELD_ROWS.flatMap((each) => [each.name.replace(/\.\*$/, ''), ...each.aliases]);
  const message = `'${written}' is no field of Kubernetes audit events`;
  const near = didYouMean(name, names) ?? endingHint(name, names);
  if (near === undefined && !names.some((each) => rootOf(each) === rootOf(name))) {
    throw new ForeignFieldError(message, node);
  }
  throw new SigmaError(message, node, near ?? 'docs/sigma.md lists the fields');
}

function rootOf(name: string): string {
  return name.split('.', 1)[0]!;
}

function ownField(written: string, fields: FieldFinder): Target | undefined {
  const name = /^[a-zA-Z_.]+/.exec(written)?.[0] ?? '';
  if (!/^(?:ka|kx|evt|jevt|json)\./.test(name)) return undefined;
  const field = fields.find(name);
  if (field === undefined || field.type !== 'string') return undefined;
  return field.list ? { list: written } : { scalar: written };
}

function exactTarget(name: string): Target | undefined {
  return FIELD_ROWS.find((each) => each.name === name || each.aliases.includes(name))?.target;
}

/** A field below one of those with `.*`. @param flattened true when dots of annotations may have become `_` */
function belowTarget(name: string, flattened: boolean): Target | undefined {
  const parent = FIELD_ROWS.find(
    (each) => each.name.endsWith('.*') && name.startsWith(each.name.slice(0, -1)),
  );
  if (parent === undefined) return undefined;
  const keys = pathOf(name);
  // Names of annotations start with a DNS name, which holds no underscore.
  if (flattened && keys[0] === 'annotations' && keys.length === 2) {
    const [prefix = '', ...rest] = keys[1]!.split('/');
    keys[1] = [prefix.replaceAll('_', '.'), ...rest].join('/');
    const known = exactTarget(keys.join('.'));
    if (known !== undefined) return known;
  }
  const pointer = pointerOf(keys);
  return keys[0] === 'annotations'
    ? { pointer, scalar: fieldWith('jevt.value', pointer) }
    : { pointer };
}

/** The keys of a name with dots; `[0]`, `[]`, `[*]` and `{}` behind a key are read too, and `\.` is a dot in a key. */
function pathOf(name: string): string[] {
  const words = name
    .replace(/\[(\d+)\]/g, '.$1')
    .replace(/\[\*?\]|\{\}/g, '')
    .split(/(?<!\\)\./)
    .map((word) => word.replaceAll('\\.', '.'));
  const open = words.findIndex((word, at) => at < words.length - 1 && OPEN_KEYS.has(word));
  return open === -1 ? words : [...words.slice(0, open + 1), words.slice(open + 1).join('.')];
}

function pointerOf(keys: readonly string[]): string {
  return keys.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** A field with a pointer in brackets, as conditions write it. */
export function fieldWith(name: string, pointer: string): string {
  return `${name}[${/^[^[\]"'\s\\=]+$/.test(pointer) ? pointer : quoteString(pointer)}]`;
}

/** `ref.uid` may be `objectRef.uid`. */
function endingHint(name: string, names: readonly string[]): string | undefined {
  const last = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
  const same = names.filter((other) => other.toLowerCase().endsWith(`.${last}`));
  return same.length === 0 ? undefined : `fields that end so: ${same.slice(0, 3).join(', ')}`;
}

import type { AuditEvent, EventNode } from '../events/event.ts';
import { KEY } from './define.ts';
import type { BoundField, Evidence, FieldDefinition } from './field.ts';
import { indentJson } from '../json/indent.ts';
import { listValue, nodeAt } from './traverse.ts';

/**
 * The keys of a pointer (json plugin, json.go): one leading slash is dropped, `~1` is a slash and
 * `~0` a tilde. `/` is the key "".
 */
function pointerPath(pointer: string): string[] {
  const text = pointer.startsWith('/') ? pointer.slice(1) : pointer;
  return text.split('/').map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function bindPointer(pointer: string): BoundField {
  if (pointer === '') return { read: (event) => event.json };
  const path = pointerPath(pointer);
  return { path, read: (event) => event.text(path) };
}

function plain(
  name: string,
  description: string,
  read: (event: AuditEvent) => string,
): FieldDefinition {
  return { name, type: 'string', list: false, description, bind: () => ({ read }) };
}

function family(prefix: string, alias: string): FieldDefinition[] {
  return [
    {
      name: `${prefix}.value`,
      type: 'string',
      list: false,
      argument: KEY,
      description:
        'The value at a JSON pointer into the event, such as /user/username; what is no string is ' +
        `compact JSON text.${alias}`,
      bind: (argument = '') => bindPointer(argument),
    },
    plain(
      `${prefix}.obj`,
      `The whole event as JSON, over several lines and indented by two blanks.${alias}`,
      (event) => indentJson(event.json),
    ),
    plain(
      `${prefix}.rawtime`,
      `Time of the event, nanoseconds since 1970, as text.${alias}`,
      (event) => BigInt.asUintN(64, event.time).toString(),
    ),
  ];
}

/** The `json.*` fields and their `jevt.*` aliases; they work without an `auditID` too. */
export const JSON_FIELDS: readonly FieldDefinition[] = [
  ...family('json', ''),
  ...family('jevt', ' The same as the json field of that name.'),
];

// Values at a pointer that may be many: kx.any and kx.net.

/** Parts of an event whose arrays are looked into on the way; elsewhere a path is taken as it is. */
const BODIES: ReadonlySet<string> = new Set(['requestObject', 'responseObject']);

/**
 * All values at a path. An array inside a body stands for its elements, unless the next key is the index of one; at
 * the end of a path it does everywhere. Null is no value.
 */
function valuesAt(event: AuditEvent, path: readonly string[]): string[] | undefined {
  const [head] = path;
  const isBody = head !== undefined && BODIES.has(head);
  const start = nodeAt(event, isBody ? [head] : path);
  if (start === undefined) return undefined;
  const found: string[] = [];
  collectValues(start, path, isBody ? 1 : path.length, found);
  return found;
}

// Recursion is bounded by the nesting depth that the parser allows.
function collectValues(
  node: EventNode,
  path: readonly string[],
  from: number,
  found: string[],
): void {
  const key = path[from];
  if (node.kind === 'array') {
    const items = node.elements();
    const chosen = key === undefined || !/^\d+$/.test(key) ? undefined : items[Number(key)];
    if (chosen !== undefined) collectValues(chosen, path, from + 1, found);
    else for (const item of items) collectValues(item, path, from, found);
    return;
  }
  if (key !== undefined) {
    const next = node.member(key);
    if (next !== undefined) collectValues(next, path, from + 1, found);
  } else if (node.kind !== 'null') {
    found.push(node.text());
  }
}

function bindValues(pointer: string, spelled: Evidence['spelled']): BoundField {
  if (pointer === '') return { read: (event) => [event.json] };
  const path = pointerPath(pointer);
  const [head] = path;
  const read = (event: AuditEvent): readonly string[] | undefined =>
    listValue(valuesAt(event, path));
  if (head !== 'requestObject' && head !== 'responseObject') return { read, reads: path };
  // An index may be passed over, so that only the last key is sure to be there.
  const last = path.length > 1 ? path.at(-1)! : undefined;
  const keys = last === undefined || !/^[\w.-]*[a-zA-Z][\w.-]*$/.test(last) ? [] : [last];
  return { read, evidence: { body: head, keys, spelled } };
}

/** Fields whose values are compared one by one. */
export const ANY_FIELDS: readonly FieldDefinition[] = [
  {
    name: 'kx.any',
    type: 'string',
    list: true,
    each: true,
    argument: KEY,
    description:
      'All values at a JSON pointer, such as /requestObject/spec/containers/image: arrays stand for their ' +
      'elements, null for nothing. Operators for strings hold when they hold for one value, and <, <=, > and >= ' +
      'compare numbers.',
    bind: (argument = '') => bindValues(argument, 'inside'),
  },
  {
    name: 'kx.net',
    type: 'ipnet',
    list: true,
    each: true,
    argument: KEY,
    description:
      'The IP addresses at a JSON pointer, such as /sourceIPs: = and in hold when an address is in a network, ' +
      'as in kx.net[/sourceIPs] in (10.0.0.0/8, 2001:db8::/32).',
    bind: (argument = '') => bindValues(argument, undefined),
  },
];

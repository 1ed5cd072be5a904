import type { AuditEvent } from '../events/event.ts';
import { KEY } from './define.ts';
import type { BoundField, FieldDefinition } from './field.ts';
import { indentJson } from '../json/indent.ts';

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

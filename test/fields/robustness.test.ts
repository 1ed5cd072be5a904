import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FIELD_CLASSES } from '../../src/fields/catalog.ts';
import type { BoundField, FieldDefinition } from '../../src/fields/field.ts';
import type { JsonObject, JsonValue } from '../../src/json/value.ts';
import { FakeEvent, SETTINGS } from './fake-event.ts';

const KEYS = `
  auditID verb user username groups sourceIPs requestURI objectRef resource subresource requestObject responseObject responseStatus code spec template containers initContainers ephemeralContainers volumes securityContext capabilities add privileged runAsUser ports hostPort image command args hostPath path rules verbs resources apiGroups subjects kind name namespace metadata annotations __proto__ 0`
  .trim()
  .split(/\s+/)
  .concat('');

const TEXTS = [
  'pods',
  'cronjobs',
  'roles',
  'patch',
  'create',
  '*',
  '/x?command=a&command=%41',
  '/x?%zz',
  'User',
  '8.8.8.8',
  '::1',
  'a:5000/b@c',
  '\0',
  '\ud800',
  '/..//etc/',
  '',
  '__proto__',
];

const leaf = fc.oneof(
  fc.constantFrom(...TEXTS),
  fc.string(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
);

const { value } = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 7, withCrossShrink: true },
    leaf,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...KEYS), tie('value'), { maxKeys: 6 }),
  ),
}));

/** Bodies that look like Kubernetes objects up to some point, so that extractors get far. */
const shaped: fc.Arbitrary<JsonObject> = fc.record({
  auditID: value,
  verb: fc.constantFrom('patch', 'create', 'get'),
  requestURI: fc.oneof(value, fc.webUrl({ withQueryParameters: true })),
  sourceIPs: fc.array(leaf),
  objectRef: fc.record({ resource: fc.constantFrom('pods', 'roles', 'cronjobs') }),
  requestObject: fc.record({
    subjects: fc.array(value),
    rules: fc.array(fc.dictionary(fc.constantFrom('verbs', 'resources', 'apiGroups'), value)),
    spec: fc.record({
      containers: fc.oneof(value, fc.array(fc.record({ securityContext: value, ports: value }))),
      volumes: value,
      securityContext: value,
    }),
  }),
  responseObject: value,
});

const ARGUMENTS: Readonly<Record<string, readonly (string | undefined)[]>> = {
  key: ['', '/', 'a', 'command', '/*', '/spec/0/~1'],
  index: [undefined, '0', '3', '18446744073709551615'],
  network: ['10.0.0.0/8', '2001:db8::/33', '0.0.0.0/0', '::/0'],
};

function bindings(field: FieldDefinition): BoundField[] {
  const { argument } = field;
  const all = argument === undefined ? [undefined] : ARGUMENTS[argument.kind]!;
  return all.map((text) => field.bind(text, SETTINGS));
}

const FIELDS = FIELD_CLASSES.flatMap((group) =>
  group.fields.flatMap((field) => bindings(field).map((bound) => ({ field, bound }))),
);

const JS_TYPES = new Map([
  ['string', 'string'],
  ['bool', 'boolean'],
  ['ipnet', 'string'],
]);

/** What is wrong with the values that the fields give for an event; throws when an extractor does. */
function unsound(event: FakeEvent): string[] {
  const problems: string[] = [];
  for (const { field, bound } of FIELDS) {
    bound.json?.(event);
    const result = bound.read(event);
    if (result === undefined) continue;
    const values: unknown[] = Array.isArray(result) ? result : [result];
    const type = JS_TYPES.get(field.type) ?? 'bigint';
    if (field.list !== Array.isArray(result)) problems.push(`${field.name}: list or not`);
    if (values.length === 0) problems.push(`${field.name}: empty list`);
    if (values.some((part) => typeof part !== type)) problems.push(`${field.name}: no ${type}`);
    if (values.some((part) => String(part).includes('\0'))) problems.push(`${field.name}: NUL`);
    if (bound.path !== undefined && result !== event.text(bound.path)) {
      problems.push(`${field.name}: not the text at its path`);
    }
  }
  return problems;
}

it('no extractor throws, returns an empty list or a NUL, whatever the event', () => {
  fc.assert(
    fc.property(value, (root) => {
      expect(unsound(new FakeEvent(root))).toEqual([]);
    }),
    { numRuns: 200 },
  );
});

it('no extractor throws on almost well-formed events', () => {
  fc.assert(
    fc.property(shaped, (root) => {
      expect(unsound(new FakeEvent(root))).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

it('reads deeply nested arrays', () => {
  let containers: JsonValue = [{ image: 'a' }];
  for (let depth = 0; depth < 990; depth++) containers = [containers];
  const event = new FakeEvent({ auditID: '1', requestObject: { spec: { containers } } });
  expect(unsound(event)).toEqual([]);
});

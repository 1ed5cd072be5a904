import { describe, expect, test } from 'vitest';
import { evaluate, type Condition } from '../../src/condition/condition.ts';
import type { AuditEvent } from '../../src/events/event.ts';
import { ParsedEvent } from '../../src/events/parsed-event.ts';
import { knownAtom } from '../../src/fast/verdicts/known-atoms.ts';
import { FIELD_CLASSES } from '../../src/fields/catalog.ts';
import { parseJson } from '../../src/json/parse.ts';
import type { JsonObject } from '../../src/json/value.ts';
import { compiled } from './conditions.ts';

function eventOf(text: string): AuditEvent {
  const place = { time: 7n, num: 3, firstTime: 5n, origin: { file: '-', line: 1 } };
  return new ParsedEvent(text, parseJson(text) as JsonObject, place);
}

const SETTINGS = { timezone: 'UTC', hostname: 'h' };

function atomOf(condition: Condition) {
  if (condition.kind !== 'atom') throw new Error('not an atom');
  return condition;
}

const FIELDS = FIELD_CLASSES.flatMap(({ fields }) => fields).filter(
  (field) => field.argument?.required !== true,
);

test.each(FIELDS.map(({ name }) => name))('what is known of "%s exists" holds', async (name) => {
  const atom = atomOf(await compiled(`${name} exists`));
  const known = knownAtom(atom);
  const events = [eventOf('{"auditID":"a"}'), eventOf('{"auditID":"a","user":{"groups":["g"]}}')];
  for (const event of events) expect([undefined, evaluate(atom, event)]).toContain(known);
});

test('a raw time is never zero', async () => {
  expect(knownAtom(atomOf(await compiled('jevt.rawtime = 0')))).toBe(false);
  expect(knownAtom(atomOf(await compiled('evt.rawtime != 0')))).toBe(true);
  expect(knownAtom(atomOf(await compiled('jevt.rawtime = 1')))).toBeUndefined();
});

describe('a field that has evidence', () => {
  const shown = FIELDS.filter((field) => field.bind(undefined, SETTINGS).evidence !== undefined);
  test('is every field of a pod that needs a key', () => {
    expect(shown.length).toBeGreaterThan(40);
  });
  test.each(shown.map(({ name }) => name))('%s is missing without its keys', async (name) => {
    const exists = await compiled(`${name} exists`);
    const pod = {
      containers: [{ x: 1 }, {}],
      initContainers: [{ x: 1 }],
      volumes: [{ name: 'v' }],
    };
    const isNamed = name.endsWith('.name');
    for (const spec of [pod, { ...pod, ephemeralContainers: [{}] }, {}, { containers: {} }]) {
      const event = eventOf(
        JSON.stringify({
          auditID: 'a',
          objectRef: { resource: 'pods' },
          requestObject: { spec: isNamed ? { ...spec, volumes: [] } : spec },
        }),
      );
      expect(evaluate(exists, event)).toBe(false);
    }
  });
});

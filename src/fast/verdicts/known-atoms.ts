import { evaluateAtom, type Atom } from '../../condition/condition.ts';
import type { AuditEvent } from '../../events/event.ts';

/** Fields whose value does not depend on the event (src/fields/evt.ts). */
const FIXED = new Set([
  'evt.pluginname',
  'evt.source',
  'evt.is_async',
  'evt.asynctype',
  'evt.hostname',
]);

/** Fields that every event has a value of. */
const ALWAYS_PRESENT =
  /^(?:evt\.(?:num|(?:date)?time(?:\.s|\.iso8601)?|rawtime(?:\.n?s)?|reltime(?:\.n?s)?|plugininfo)|(?:json|jevt)\.(?:obj|rawtime))$/;

/** Fields that are the nanoseconds since 1970. */
const RAW_TIME = new Set(['evt.rawtime', 'json.rawtime', 'jevt.rawtime']);

/**
 * The value of an atom that is the same on every event the scanner takes; those have an `auditID`
 * and a time after 1970. Undefined for any other atom.
 */
export function knownAtom(atom: Atom): boolean | undefined {
  const uses = [...atom.left.uses, ...(atom.right?.uses ?? [])];
  if (uses.every(({ name, bound }) => FIXED.has(name) || bound.isFixed === true))
    return evaluateAtom(atom, NO_EVENT);
  const name = atom.left.field?.name;
  if (name === undefined || atom.right !== undefined) return undefined;
  if (atom.node.operator === 'exists' && ALWAYS_PRESENT.test(name)) return true;
  if (RAW_TIME.has(name) && comparesWithZero(atom)) {
    // Falco rule sets switch macros off with `jevt.rawtime = 0`.
    return atom.node.operator === '!=';
  }
  return undefined;
}

function comparesWithZero({ node }: Atom): boolean {
  const { operator, right, modifier } = node;
  return (
    (operator === '=' || operator === '==' || operator === '!=') &&
    modifier === undefined &&
    right.kind === 'value' &&
    right.value === '0'
  );
}

const NO_EVENT: AuditEvent = {
  get: () => undefined,
  text: () => undefined,
  json: '{}',
  time: 0n,
  num: 0,
  firstTime: 0n,
  origin: { file: '', line: 0 },
};

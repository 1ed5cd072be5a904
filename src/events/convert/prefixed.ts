import type { JsonObject } from '../../json/value.ts';

const ID = 'auditID';

/** Elastic's data set flattens lists of objects, so that it does not tell what bodies were. */
const ELASTIC = 'kubernetes.audit.';

/**
 * The event whose members stand among others, under names that begin with the name it had: `audit.verb`,
 * `audit.user.username` (VictoriaLogs and other stores that flatten what they get).
 *
 * @param key of its audit ID
 * @returns undefined when it is none of an event
 */
export function prefixedEvent(object: JsonObject, key: string): JsonObject | undefined {
  const prefix = key.slice(0, -ID.length);
  const isPrefix = key.endsWith(ID) && prefix.length > 1 && /[._]$/.test(prefix);
  if (!isPrefix || prefix === ELASTIC || !Object.hasOwn(object, `${prefix}verb`)) return undefined;
  return Object.fromEntries(
    Object.entries(object)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => [name.slice(prefix.length), value]),
  );
}

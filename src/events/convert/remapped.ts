import { isObject, lookup, member, type JsonObject, type JsonValue } from '../../json/value.ts';

/**
 * The event of a log whose pipeline moved members to the names that all logs of a store share, as that of Datadog does:
 * `http.method` for the verb, `http.status_code`, `usr.id`, `network.client.ip`.
 *
 * Only events without `verb` are looked at, which the API server always writes.
 *
 * @returns undefined when nothing was moved
 */
export function remapped(event: JsonObject): JsonObject | undefined {
  if (Object.hasOwn(event, 'verb')) return undefined;
  const verb = lookup(event, ['http', 'method']);
  if (typeof verb !== 'string') return undefined;
  const first = (...paths: (readonly string[])[]): JsonValue | undefined =>
    paths.map((path) => lookup(event, path)).find((value) => value !== undefined && value !== null);
  const address = first(['network', 'client', 'ip']);
  const moved: [string, JsonValue | undefined][] = [
    ['verb', verb.toLowerCase()],
    ['requestURI', first(['requestURI'], ['http', 'url'], ['http', 'url_details', 'path'])],
    ['userAgent', first(['userAgent'], ['http', 'useragent'])],
    ['sourceIPs', first(['sourceIPs']) ?? (typeof address === 'string' ? [address] : address)],
    ['user', within(event, 'user', 'username', first(['usr', 'id'], ['usr', 'name']))],
    ['responseStatus', within(event, 'responseStatus', 'code', first(['http', 'status_code']))],
  ];
  const found = moved.filter((entry): entry is [string, JsonValue] => entry[1] !== undefined);
  return { ...event, ...Object.fromEntries(found) };
}

/** An object of an event with a member that it lacks. */
function within(
  event: JsonObject,
  key: string,
  name: string,
  value: JsonValue | undefined,
): JsonValue | undefined {
  const own = member(event, key);
  if (value === undefined || (own !== undefined && !isObject(own))) return own;
  return { [name]: value, ...own };
}

import type { GroupKey } from './group-names.ts';
import { requestResource, requestUser, type Request } from '../request.ts';

/** The value of a request by which it is counted. */
const GROUP_KEYS: Readonly<Record<GroupKey, (request: Request) => string>> = {
  user: requestUser,
  namespace: ({ namespace }: Request) => namespace ?? '(cluster)',
  resource: requestResource,
  verb: ({ verb }: Request) => verb ?? '(none)',
  'source-ip': ({ sourceIp }: Request) => sourceIp ?? '(none)',
  'user-agent': ({ userAgent }: Request) => clientName(userAgent),
  code: ({ code }: Request) => code ?? '(none)',
};

/** Stands between the values of several keys; no text of an event holds it. */
export const KEY_BORDER = '\0';

/** The values of a request by which it is counted, in the order of the keys. */
export function groupKey(by: readonly GroupKey[], request: Request): string {
  return by.map((name) => GROUP_KEYS[name](request)).join(KEY_BORDER);
}

/** A user agent's product and version, without the build behind it: `kubectl/v1.34.1`. */
export function clientName(userAgent: string | undefined): string {
  if (userAgent === undefined || userAgent === '') return '(none)';
  return userAgent.split(' ', 1)[0]!;
}

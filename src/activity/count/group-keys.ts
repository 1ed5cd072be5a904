import type { GroupKey } from './group-names.ts';
import { requestResource, requestUser, type Request } from '../request.ts';

/** The value of a request by which it is counted. */
export const GROUP_KEYS: Readonly<Record<GroupKey, (request: Request) => string>> = {
  user: requestUser,
  namespace: ({ namespace }: Request) => namespace ?? '(cluster)',
  resource: requestResource,
  verb: ({ verb }: Request) => verb ?? '(none)',
  'source-ip': ({ sourceIp }: Request) => sourceIp ?? '(none)',
  'user-agent': ({ userAgent }: Request) => clientName(userAgent),
  code: ({ code }: Request) => code ?? '(none)',
};

/** A user agent's product and version, without the build behind it: `kubectl/v1.34.1`. */
export function clientName(userAgent: string | undefined): string {
  if (userAgent === undefined || userAgent === '') return '(none)';
  return userAgent.split(' ', 1)[0]!;
}

import { requestResource, requestUser, type Request } from './request.ts';

/** What `activity --by` can count, with the value of a request. */
export const GROUP_KEYS = {
  user: requestUser,
  namespace: ({ namespace }: Request) => namespace ?? '(cluster)',
  resource: requestResource,
  verb: ({ verb }: Request) => verb ?? '(none)',
  'source-ip': ({ sourceIp }: Request) => sourceIp ?? '(none)',
  'user-agent': ({ userAgent }: Request) => clientName(userAgent),
  code: ({ code }: Request) => code ?? '(none)',
} as const satisfies Record<string, (request: Request) => string>;

export type GroupKey = keyof typeof GROUP_KEYS;

/** A user agent's product and version, without the build behind it: `kubectl/v1.34.1`. */
export function clientName(userAgent: string | undefined): string {
  if (userAgent === undefined || userAgent === '') return '(none)';
  return userAgent.split(' ', 1)[0]!;
}

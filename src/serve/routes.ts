/** A path that takes events. */
export interface TakingRoute {
  readonly kind: 'audit' | 'events' | 'admission';
  /** What findings and problems name as their file. */
  readonly file: string;
  readonly cluster: string | undefined;
}

/** Where a request goes. */
export type Route = TakingRoute | { readonly kind: 'health' | 'ready' | 'metrics' };

/** Longest name of a cluster: it is repeated in each finding. */
const LONGEST_NAME = 253;

const FIXED: Readonly<Record<string, Route>> = {
  '/healthz': { kind: 'health' },
  '/readyz': { kind: 'ready' },
  '/metrics': { kind: 'metrics' },
};

/** The paths that take events; each may be followed by the name of a cluster. */
export const TAKING = ['audit', 'events', 'admission'] as const;

/** What a target in absolute form has before its path: scheme and authority (RFC 9112, 3.2.2). */
const AUTHORITY = /^https?:\/\/[^/?]*/i;

/**
 * The route of a request; undefined when there is none. The query is left out: the API server drops that of the URL
 * that it is given, and adds one of its own.
 *
 * @param target as it stands in the request line
 */
export function routeOf(target: string): Route | undefined {
  // Some senders put a slash behind what they were told.
  const path = target
    .replace(AUTHORITY, '')
    .split('?', 1)[0]!
    .replace(/(?<=.)\/$/, '');
  if (Object.hasOwn(FIXED, path)) return FIXED[path];
  const [empty, first, name, ...rest] = path.split('/');
  const kind = TAKING.find((each) => each === first);
  if (empty !== '' || kind === undefined || name === '' || rest.length > 0) return undefined;
  if (name === undefined) return { kind, file: `/${kind}`, cluster: undefined };
  const cluster = decoded(name);
  if (cluster === undefined) return undefined;
  return { kind, file: `/${kind}/${cluster}`, cluster };
}

/** The name of a cluster in a path; undefined when it cannot be one. */
function decoded(text: string): string | undefined {
  let name: string;
  try {
    name = decodeURIComponent(text);
  } catch {
    return undefined;
  }
  // Control characters in names would reach logs.
  return name.length > LONGEST_NAME || /[\p{Cc}/]/u.test(name) ? undefined : name;
}

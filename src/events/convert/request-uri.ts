import type { JsonObject } from '../../json/value.ts';

/** The object that a Kubernetes API path addresses. */
export interface RequestTarget {
  readonly objectRef: JsonObject;
  /** True when the path names one object. */
  readonly named: boolean;
  readonly watch: boolean;
}

/**
 * The object a request URI addresses, as the API server's RequestInfoFactory reads it; undefined
 * for non-resource URLs such as `/healthz`.
 */
export function requestTarget(uri: string): RequestTarget | undefined {
  const query = uri.indexOf('?');
  const path = query === -1 ? uri : uri.slice(0, query);
  const parts = path
    .split('/', 12)
    .filter((part) => part !== '')
    .map(decode);
  const group = parts.shift();
  if (group !== 'api' && group !== 'apis') return undefined;
  const apiGroup = group === 'apis' ? parts.shift() : undefined;
  const apiVersion = parts.shift();
  if (apiVersion === undefined) return undefined;
  const watchPath = parts[0] === 'watch';
  if (watchPath) parts.shift();
  let namespace: string | undefined;
  // `namespaces/x`, `namespaces/x/status` and `…/finalize` address the namespace itself.
  if (parts[0] === 'namespaces' && parts.length > 1) {
    namespace = parts[1];
    const next = parts[2];
    if (next !== undefined && next !== 'status' && next !== 'finalize') parts.splice(0, 2);
  }
  const [resource, name, subresource] = parts;
  if (resource === undefined) return undefined;
  const entries = { resource, namespace, name, apiGroup, apiVersion, subresource };
  const objectRef = Object.fromEntries(
    Object.entries(entries).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const watch = watchPath || (query !== -1 && /[?&]watch=(?:true|1)(?:&|$)/.test(uri.slice(query)));
  return { objectRef, named: name !== undefined, watch };
}

/** The audit verb of an HTTP method; anything that is no method is taken for a verb already. */
export function verbOf(method: string, target: RequestTarget | undefined): string {
  if (target === undefined) return method.toLowerCase();
  switch (method) {
    case 'GET':
    case 'HEAD':
      if (target.watch) return 'watch';
      return target.named ? 'get' : 'list';
    case 'POST':
      return 'create';
    case 'PUT':
      return 'update';
    case 'DELETE':
      return target.named ? 'delete' : 'deletecollection';
    default:
      return method.toLowerCase();
  }
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

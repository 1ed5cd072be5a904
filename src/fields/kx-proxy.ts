import type { AuditEvent } from '../events/event.ts';
import { normalisePath } from './kx-podspec.ts';
import { requestUri } from './ka-scalars.ts';

/** `/api/v1/nodes/N/proxy/REST`, the same in a namespace for pods and services, and the old form with proxy first. */
const PROXIED =
  /^\/api\/v1\/(?:(?:namespaces\/[^/]+\/)?(?:nodes|pods|services)\/[^/]+\/proxy|proxy\/(?:namespaces\/[^/]+\/)?(?:nodes|pods|services)\/[^/]+)(\/.*)?$/;

/** How often a path is decoded: once by the API server, and a kubelet or a server behind a pod may do it again. */
const MAX_DECODINGS = 3;

/**
 * The path that a request asks a node, pod or service for: without query, decoded and normalised.
 *
 * @returns undefined when the request is not proxied; `/` when it asks for the root
 */
export function proxyPath(event: AuditEvent): string | undefined {
  const uri = requestUri(event);
  if (uri === undefined) return undefined;
  const path = collapsed(decoded(/^[^?#]*/.exec(uri)![0]));
  const found = PROXIED.exec(path);
  return found === null ? undefined : normalisePath(found[1] ?? '/');
}

function collapsed(path: string): string {
  return path.replaceAll(/\/{2,}/g, '/');
}

function decoded(path: string): string {
  let text = path;
  for (let i = 0; i < MAX_DECODINGS && text.includes('%'); i++) {
    const next = text.replaceAll(/%([0-7][0-9A-Fa-f])/g, (_all, hex: string) =>
      String.fromCodePoint(Number.parseInt(hex, 16)),
    );
    if (next === text) break;
    text = next;
  }
  return text;
}

import type { PolicyScope, ScopePart } from '../../policies/policy.ts';

/** A scope as JSON for scripts; null for everywhere. */
export function scopeJson(scope: PolicyScope | undefined): unknown {
  if (scope === undefined) return null;
  return { clusters: scope.clusters, namespaces: scope.namespaces };
}

/** A scope in words; an empty text for everywhere. */
export function scopeText(scope: PolicyScope | undefined): string {
  if (scope === undefined) return '';
  return [
    ...partText('clusters', scope.clusters),
    ...partText('namespaces', scope.namespaces),
  ].join('; ');
}

function partText(what: string, part: ScopePart): string[] {
  return [
    ...(part.in.length > 0 ? [`${what} ${part.in.join(', ')}`] : []),
    ...(part.notIn.length > 0 ? [`not ${what} ${part.notIn.join(', ')}`] : []),
  ];
}

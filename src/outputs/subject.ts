import type { Finding, FindingSubject } from '../engine/finding.ts';
import type { Priority } from '../rules/priority.ts';

/** `user`, or `user as impersonated`: unescaped log text. */
export function subjectUser({ user, impersonatedUser }: FindingSubject): string {
  if (impersonatedUser === undefined) return user ?? '';
  return `${user ?? ''} as ${impersonatedUser}`;
}

/** `namespace/resource/name/subresource`, as far as known: unescaped log text. */
export function subjectObject({ namespace, resource, name, subresource }: FindingSubject): string {
  return [namespace, resource, name, subresource]
    .filter((part) => part !== undefined && part !== '')
    .join('/');
}

/** A priority in at most nine letters; `Info` is the alias Falco accepts. */
export function shortPriority(priority: Priority): string {
  return priority === 'Informational' ? 'Info' : priority;
}

/** `file:line`, unescaped. */
export function location({ file, line }: Finding['origin']): string {
  return `${file}:${line}`;
}

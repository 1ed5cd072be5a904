// Which events each look at a log needs, as conditions: engines reject all others without handing them over. A
// condition may be true of more events than the code behind it takes, never of fewer. It must be the same for all
// stages of a request, or StageFolder would wait for stages that never come: so it reads nothing that only later
// stages have, such as the name that a creation gets.

import type { ConditionNode } from '../condition/ast.ts';
import { compileGlob } from '../condition/match/glob.ts';
import { all, check, either, isPattern, matches, not } from '../condition/condition-nodes.ts';

const RESOURCE = '/objectRef/resource';
const SUBRESOURCE = '/objectRef/subresource';

/** Requests that `sessionOf` (request/sessions.ts) may take for a session. */
export const SESSION_EVENTS: ConditionNode = either([
  all([
    check(RESOURCE, '=', 'pods'),
    either([
      check(SUBRESOURCE, 'in', ['exec', 'attach', 'portforward', 'ephemeralcontainers']),
      // Pods of kubectl debug are known by their names, which creations need not have from the start.
      all([check('/verb', '=', 'create'), not(check(SUBRESOURCE, 'exists'))]),
    ]),
  ]),
  all([
    check(RESOURCE, '=', 'nodes'),
    check(SUBRESOURCE, '=', 'proxy'),
    either(
      ['exec', 'run', 'attach', 'portforward'].map((command) =>
        check('/requestURI', 'icontains', `/proxy/${command}/`),
      ),
    ),
  ]),
]);

/** Requests of a user or a pattern of users, and those made in their name. */
export function identityEvents(name: string): ConditionNode {
  const user = '/user/username';
  const users: ConditionNode[] = [matches(user, name), matches('/impersonatedUser/username', name)];
  // A pattern that matches nothing matches those of whom nothing is told.
  if (userTest(name)('')) users.push(not(check(user, 'exists')));
  return either(users);
}

/** Tells whether a user is the one of a name or pattern. */
export function userTest(name: string): (user: string) => boolean {
  return isPattern(name) ? compileGlob(name) : (user) => user === name;
}

/** Requests that `ObjectHistory` (object/object-history.ts) may take for one of the object of a spec. */
export function objectEvents({
  namespace,
  resources,
  name,
}: {
  readonly namespace: string | undefined;
  readonly resources: readonly string[];
  readonly name: string;
}): ConditionNode {
  return all([
    check(RESOURCE, 'in', resources),
    ...(namespace === undefined ? [] : [check('/objectRef/namespace', '=', namespace)]),
    either([
      check('/objectRef/name', '=', name),
      // These need not name their object.
      check('/verb', 'in', ['create', 'deletecollection']),
    ]),
  ]);
}

/** The events of an audit ID, or of those that begin with a text. */
export function auditIdEvents(id: string): ConditionNode {
  return check('/auditID', 'startswith', id);
}

import type { Atom } from '../condition/condition.ts';
import { asciiLower } from '../util/bytes.ts';

/** A text that an atom looks for in the value at a path: without it the atom is false. */
export interface Token {
  readonly path: readonly string[];
  /** In lower case when case does not matter. */
  readonly text: string;
  readonly ignoreCase: boolean;
  /** True for a key, in its quotes, that must be somewhere below the path. */
  readonly isKey: boolean;
}

/** Keys that a container or volume must have for a list field to have a value (src/fields). */
const NEEDED_KEYS: ReadonlyMap<string, string> = new Map([
  ['privileged', 'privileged'],
  ['allow_privilege_escalation', 'allowPrivilegeEscalation'],
  ['read_only_fs', 'readOnlyRootFilesystem'],
  ['run_as_user', 'runAsUser'],
  ['run_as_group', 'runAsGroup'],
  ['proc_mount', 'procMount'],
  ['add_capabilities', 'add'],
  ['command', 'command'],
  ['args', 'args'],
  ['host_port', 'ports'],
  ['hostpath', 'hostPath'],
  ['flexvolume_driver', 'flexVolume'],
]);

const LIST_FIELD =
  /^ka\.req\.pod\.(containers|initContainers|ephemeralContainers|volumes)\.([a-z_]+)$/;

/** The key without which an atom's value is missing, and the atom false. */
function neededKey({ left }: Atom): Token | undefined {
  const [, list, suffix] = LIST_FIELD.exec(left.field?.name ?? '') ?? [];
  const key = suffix === undefined ? undefined : NEEDED_KEYS.get(suffix);
  if (list === undefined || key === undefined) return undefined;
  const path = ['requestObject', 'spec', list];
  return { path, text: `"${key}"`, ignoreCase: false, isKey: true };
}

/**
 * What an atom looks for, if it is a plain `contains` or `icontains`, or needs a key. The text can be found in the
 * bytes of compact JSON as it is: blanks and other than ASCII characters are left out.
 */
export function tokenOf(atom: Atom): Token | undefined {
  const { left, node } = atom;
  const { operator, modifier, right } = node;
  const path = left.field?.bound.path;
  if (path === undefined) return neededKey(atom);
  if (modifier !== undefined || right.kind !== 'value') return undefined;
  if (operator !== 'contains' && operator !== 'icontains') return undefined;
  const ignoreCase = operator === 'icontains';
  const text = ignoreCase ? asciiLower(right.value) : right.value;
  return /^[\x21-\x7e]{2,255}$/.test(text) ? { path, text, ignoreCase, isKey: false } : undefined;
}

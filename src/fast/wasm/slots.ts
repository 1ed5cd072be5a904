import { KIND, SLOTS, type Slot } from './layout.gen.ts';

/** The header values that decide rules, in the order in which the scanner looks at them. */
const HEADERS: readonly (readonly string[])[] = [
  ['stage'],
  ['objectRef', 'resource'],
  ['verb'],
  ['objectRef', 'subresource'],
  ['user', 'username'],
  ['objectRef', 'namespace'],
  ['responseStatus', 'code'],
  ['userAgent'],
  ['user', 'groups'],
  ['sourceIPs'],
  ['annotations', 'authorization.k8s.io/decision'],
  ['impersonatedUser', 'username'],
  ['impersonatedUser', 'groups'],
  ['objectRef', 'apiGroup'],
  ['level'],
];

/** The slots of header fields in order: the usual ones, then those of annotations. */
export function headerSlots(extra: readonly Slot[]): Slot[] {
  const usual = HEADERS.map((path) => SLOTS.find((slot) => isSamePath(slot.path, path))!);
  return [...usual, ...extra];
}

/** True for two paths with the same keys. */
export function isSamePath(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && isPrefix(a, b);
}

/** Values that differ in nearly every event. */
const VARIED = [
  ['user', 'extra'],
  ['objectRef', 'name'],
  ['requestURI'],
  ['auditID'],
  ['annotations', 'authorization.k8s.io/reason'],
] as const;

/** The slot of a value that the scanner can search for texts: a varied value, or an object that is walked. */
export function textSlotAt(path: readonly string[]): Slot | undefined {
  const slot = SLOTS.find((one) => isSamePath(one.path, path));
  const isVaried = VARIED.some((varied) => isSamePath(varied, path));
  return isVaried || slot?.kind === KIND.object ? slot : undefined;
}

/** True when a path starts with another, or is the same. */
export function isPrefix(prefix: readonly string[], path: readonly string[]): boolean {
  return prefix.length <= path.length && prefix.every((key, i) => key === path[i]);
}

/** Keys of the objects that the scanner walks, by level. The event itself is level 0. */
export const LEVELS: readonly string[] = [
  '',
  ...SLOTS.filter((slot) => slot.kind === KIND.object).map((slot) => slot.path[0]!),
];

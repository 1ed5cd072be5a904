/** What a wanted key's value must be for a line to stay on the fast path; numbers as in layout.ts. */
export const KIND = { any: 1, object: 2, event: 3, apiVersion: 4, time: 5 } as const;

/** A value that the scanner gives the span of. */
export interface Slot {
  readonly index: number;
  readonly path: readonly string[];
  readonly kind: number;
}

type Row = readonly [path: readonly string[], kind: keyof typeof KIND];

// The first four are required.
const ROWS: readonly Row[] = [
  [['kind'], 'event'],
  [['apiVersion'], 'apiVersion'],
  [['auditID'], 'any'],
  [['stageTimestamp'], 'time'],
  [['stage'], 'any'],
  [['verb'], 'any'],
  [['level'], 'any'],
  [['requestURI'], 'any'],
  [['user'], 'object'],
  [['objectRef'], 'object'],
  [['responseStatus'], 'object'],
  [['annotations'], 'object'],
  [['impersonatedUser'], 'object'],
  [['sourceIPs'], 'any'],
  [['userAgent'], 'any'],
  [['requestObject'], 'any'],
  [['responseObject'], 'any'],
  [['requestReceivedTimestamp'], 'any'],
  // Shippers merge these three into the event; they say where it was logged.
  [['hostname'], 'any'],
  [['kubernetes'], 'any'],
  [['openshift'], 'any'],
  [['user', 'username'], 'any'],
  [['user', 'groups'], 'any'],
  [['objectRef', 'resource'], 'any'],
  [['objectRef', 'subresource'], 'any'],
  [['objectRef', 'namespace'], 'any'],
  [['objectRef', 'name'], 'any'],
  [['objectRef', 'apiGroup'], 'any'],
  [['responseStatus', 'code'], 'any'],
  [['responseStatus', 'reason'], 'any'],
  [['annotations', 'authorization.k8s.io/decision'], 'any'],
  [['annotations', 'authorization.k8s.io/reason'], 'any'],
  // Asked of every event that may lack bodies (src/engine/blind.ts).
  [['annotations', 'audit.k8s.io/truncated'], 'any'],
  [['impersonatedUser', 'username'], 'any'],
  [['impersonatedUser', 'groups'], 'any'],
];

/** The slots of every rule set, by index; those of annotations (annotation-slots.ts) come behind them. */
export const SLOTS: readonly Slot[] = ROWS.map(([path, kind], index) => ({
  index,
  path,
  kind: KIND[kind],
}));

/** Values that verdicts are made from, in the order in which they are looked at. */
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

/** The slots that decide, in order: the usual ones, then those of annotations. */
export function headerSlots(extra: readonly Slot[]): Slot[] {
  const usual = HEADERS.map((path) => SLOTS.find((slot) => isSamePath(slot.path, path))!);
  return [...usual, ...extra];
}

/** True for two paths with the same keys. */
export function isSamePath(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && isPrefix(a, b);
}

/** Values that nearly every event has its own of. */
const VARIED = [
  ['objectRef', 'name'],
  ['requestURI'],
  ['annotations', 'authorization.k8s.io/reason'],
] as const;

/** The slot of a value in which texts are looked for: a varied one, or an object that is walked. */
export function textSlotAt(path: readonly string[]): Slot | undefined {
  const slot = SLOTS.find((one) => isSamePath(one.path, path));
  const isVaried = VARIED.some((varied) => isSamePath(varied, path));
  return isVaried || slot?.kind === KIND.object ? slot : undefined;
}

/** True when a path starts with another, or is the same. */
export function isPrefix(prefix: readonly string[], path: readonly string[]): boolean {
  return prefix.length <= path.length && prefix.every((key, i) => key === path[i]);
}

/** Objects that are walked, in the order of the scanner's levels; the event itself is level 0. */
export const LEVELS: readonly string[] = [
  '',
  ...SLOTS.filter((slot) => slot.kind === KIND.object).map((slot) => slot.path[0]!),
];

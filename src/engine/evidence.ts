import { isDryRunOption, type AuditEvent } from '../events/event.ts';
import { kindAt } from '../events/parsed-node.ts';

/** A part of an event that the API server always logs, and that is lost on some events. */
interface Part {
  /** As summaries name it. */
  readonly name: string;
  readonly paths: readonly (readonly string[])[];
  /** True when the event lacks the part although the API server had it. */
  isLost(event: AuditEvent): boolean;
}

/** The name of the part that bodies are. */
export const BODIES = 'bodies';

const LEVEL = ['level'];
const VERB = ['verb'];
const TRUNCATED = ['annotations', 'audit.k8s.io/truncated'];
const REQUEST = ['requestObject'];
const RESPONSE = ['responseObject'];
const STAGE = ['stage'];
const CODE = ['responseStatus', 'code'];
const USER = ['user', 'username'];
const DECISION = ['annotations', 'authorization.k8s.io/decision'];

/**
 * What events may lack. The scanner leaves events without these parts to the decoder, but for bodies: isWhole in
 * src/fast/wasm/assembly/whole.ts.
 */
const PARTS: readonly Part[] = [
  {
    name: BODIES,
    paths: [REQUEST, RESPONSE],
    isLost: (event) => lacksBodies(event) || showsPartOnly(event),
  },
  always('auditID'),
  always('stage'),
  always('verb'),
  always('requestURI'),
  always('sourceIPs'),
  {
    name: 'user',
    paths: [USER],
    // Nobody is known where authentication failed.
    isLost: (event) => kindAt(event, USER) === undefined && event.text(CODE) !== '401',
  },
  {
    name: 'responseStatus.code',
    paths: [CODE],
    isLost: (event) => kindAt(event, CODE) === undefined && isAnswered(event),
  },
  {
    name: 'annotation authorization.k8s.io/decision',
    paths: [DECISION],
    isLost: (event) =>
      kindAt(event, DECISION) === undefined && isAnswered(event) && !isRefused(event),
  },
];

function always(key: string): Part {
  const path = [key];
  return { name: key, paths: [path], isLost: (event) => kindAt(event, path) === undefined };
}

/** True for events that say that bodies are missing, and for those with a text where a body was. */
function lacksBodies(event: AuditEvent): boolean {
  if (event.text(LEVEL) === 'Metadata' || event.text(TRUNCATED) === 'true') return true;
  return kindAt(event, REQUEST) === 'string' || kindAt(event, RESPONSE) === 'string';
}

/** False before there is an answer, at stage RequestReceived. */
function isAnswered(event: AuditEvent): boolean {
  return event.text(STAGE) !== 'RequestReceived';
}

/** True where the request did not come to its authorization: authentication or impersonation was refused. */
function isRefused(event: AuditEvent): boolean {
  const code = event.text(CODE);
  return code === '401' || code === '403';
}

/** A set of parts: bit i stands for the part at index i of PARTS. */
export type PartSet = number;

export const ALL_PARTS: PartSet = 2 ** PARTS.length - 1;

/** The parts that an event lost. Most have all. */
export function lostParts(event: AuditEvent): PartSet {
  let lost = 0;
  for (const [index, part] of PARTS.entries()) if (part.isLost(event)) lost |= 1 << index;
  return lost;
}

/** The parts that a path reads from, or that it leads to. */
export function partsAt(path: readonly string[]): PartSet {
  if (isDryRunOption(path)) return 0;
  let at = 0;
  for (const [index, { paths }] of PARTS.entries())
    if (paths.some((part) => overlaps(part, path))) at |= 1 << index;
  return at;
}

/** The name of the first part of a set; undefined for an empty set. */
export function firstPart(parts: PartSet): string | undefined {
  return PARTS.find((_part, index) => (parts & (1 << index)) !== 0)?.name;
}

/** True when one of two paths is the start of the other. */
function overlaps(a: readonly string[], b: readonly string[]): boolean {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/**
 * True for patches that were logged without the object that they led to, at level Request: what they say is known,
 * the rest of the object is not. A patch that created its object (201) shows all of it.
 */
export function showsPartOnly(event: AuditEvent): boolean {
  if (event.text(VERB) !== 'patch' || event.text(LEVEL) !== 'Request') return false;
  const code = event.text(CODE);
  const isDone = code === undefined || (code.startsWith('2') && code !== '201');
  return isDone && (kindAt(event, REQUEST) ?? 'null') !== 'null';
}

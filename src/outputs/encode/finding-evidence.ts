import type { Finding, OutputValue } from '../../engine/finding.ts';

/** Parameters of a request that say how an answer is wanted, not what is asked for. */
const PASSING = new Set([
  'allowWatchBookmarks',
  'continue',
  'limit',
  'pretty',
  'resourceVersion',
  'resourceVersionMatch',
  'sendInitialEvents',
  'timeout',
  'timeoutSeconds',
]);

/**
 * What makes a finding differ from others of its rule, user and object: the evidence that its rule names, as far as
 * the event has it. Values are log text.
 */
export function evidenceOf({ evidence }: Pick<Finding, 'evidence'>): [string, string][] {
  if (evidence === undefined) return [];
  const found: [string, string][] = [];
  for (const [name, value] of evidence) {
    if (value !== null) found.push([name, evidenceText(name, value)]);
  }
  return found;
}

/** The evidence for people: a command is a line. Values are log text. */
export function shownEvidence({ evidence = [] }: Pick<Finding, 'evidence'>): [string, string][] {
  return evidence.flatMap(([name, value]): [string, string][] =>
    value === null
      ? []
      : [[name, Array.isArray(value) ? value.join(' ') : evidenceText(name, value)]],
  );
}

/**
 * True when the request was refused or failed. What was tried in vain and what succeeded are different findings:
 * accepting one must not accept the other.
 */
export function isRefused({ subject: { code } }: Pick<Finding, 'subject'>): boolean {
  return code !== undefined && (code.startsWith('4') || code.startsWith('5'));
}

function evidenceText(name: string, value: OutputValue): string {
  if (typeof value === 'string') return name === 'ka.uri' ? lastingUri(value) : value;
  return Array.isArray(value) ? JSON.stringify(value) : String(value);
}

/** A request URI without the parameters that change from call to call. */
function lastingUri(uri: string): string {
  const at = uri.indexOf('?');
  if (at < 0) return uri;
  let kept = uri.slice(0, at);
  let separator = '?';
  for (let start = at + 1; start <= uri.length;) {
    const next = uri.indexOf('&', start);
    const end = next < 0 ? uri.length : next;
    const equals = uri.indexOf('=', start);
    const name = uri.slice(start, equals < 0 || equals > end ? end : equals);
    if (!PASSING.has(name)) {
      kept += separator + uri.slice(start, end);
      separator = '&';
    }
    start = end + 1;
  }
  return kept;
}

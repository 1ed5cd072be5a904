import type { AuditEvent } from '../events/event.ts';
import type { Finding } from './finding.ts';

const STARTED = 'ResponseStarted';

const AUDIT_ID = ['auditID'];
const STAGE = ['stage'];
const RECEIVED = ['requestReceivedTimestamp'];
const URI = ['requestURI'];
const USER = ['user', 'username'];

/** Longer keys are not remembered: they come from nobody but an attacker. */
const LONGEST_KEY = 4096;
/** Findings remembered. A session may last for hours, while thousands of others start. */
const REMEMBERED = 65_536;

/** True for an event at the start of the response. */
export function isStarted(event: AuditEvent): boolean {
  return event.text(STAGE) === STARTED;
}

/** What the stages of a request have in common; undefined when the event does not tell. */
export function requestKey(event: AuditEvent): string | undefined {
  const id = event.text(AUDIT_ID);
  const received = id === undefined ? event.text(RECEIVED) : undefined;
  if (id === undefined && received === undefined) return undefined;
  const key = id ?? JSON.stringify([received, event.text(URI), event.text(USER)]);
  return key.length > LONGEST_KEY ? undefined : key;
}

/**
 * Drops findings of a rule on a request that it reported at another stage. Findings must come in input order:
 * the scan's main thread, which hands them out, asks once for each.
 */
export class OncePerRequest {
  /** Stage of the finding that was kept, by rule and request; the oldest entries go first. */
  readonly #stages = new Map<string, string>();
  readonly #remembered: number;

  /** @param remembered findings to remember */
  constructor(remembered = REMEMBERED) {
    this.#remembered = remembered;
  }

  /**
   * False when the finding repeats one of another stage of its request. Events without a stage may be of any: the
   * first of a request counts.
   */
  keeps({ rule, request, stage = '' }: Finding): boolean {
    if (request === undefined) return true;
    const key = `${rule}\0${request}`;
    const before = this.#stages.get(key);
    if (before !== undefined) return before === stage && stage !== '';
    if (this.#stages.size >= this.#remembered) {
      const [oldest] = this.#stages.keys();
      this.#stages.delete(oldest!);
    }
    this.#stages.set(key, stage);
    return true;
  }
}

import type { AuditEvent } from '../../events/event.ts';
import { queryValues } from '../../fields/uri.ts';
import type { Request } from '../request.ts';

export const BODY_MISSING = 'its body was not logged';

/** What is worked with: a request and what its URI and body say. */
export class Subject {
  readonly notes: string[] = [];
  readonly request: Request;
  readonly event: AuditEvent;

  constructor(request: Request, event: AuditEvent) {
    this.request = request;
    this.event = event;
  }

  query(key: string): string | undefined {
    return queryValues(this.request.uri ?? '', key)?.[0];
  }

  has(key: string): boolean {
    const value = this.query(key);
    return value === 'true' || value === '1';
  }

  /** The value of the request's body at a path, as text. */
  body(...path: readonly string[]): string | undefined {
    return this.event.text(['requestObject', ...path]);
  }

  value(...path: readonly string[]): unknown {
    return this.event.get(['requestObject', ...path]);
  }

  /** The whole body; a note says when there is none. */
  stdin(): string | undefined {
    const text = this.value() === null ? undefined : this.body();
    if (text === undefined) this.notes.push(BODY_MISSING);
    return text;
  }

  /** `deployments.apps`: as kubectl tells kinds of several groups apart. */
  get kind(): string {
    const { resource = '', apiGroup = '' } = this.request;
    return apiGroup === '' ? resource : `${resource}.${apiGroup}`;
  }

  get scope(): string[] {
    const { namespace } = this.request;
    return namespace === undefined || namespace === '' ? [] : ['-n', namespace];
  }

  get dryRun(): string[] {
    return this.query('dryRun') === 'All' ? ['--dry-run=server'] : [];
  }

  /** Selectors of a list. */
  get selectors(): string[] {
    const labels = this.query('labelSelector');
    const fields = this.query('fieldSelector');
    return [
      ...(labels === undefined || labels === '' ? [] : [`--selector=${labels}`]),
      ...(fields === undefined || fields === '' ? [] : [`--field-selector=${fields}`]),
    ];
  }
}

export interface Parts {
  readonly words: readonly string[];
  readonly stdin?: string | undefined;
}

export type Reconstruct = (subject: Subject) => Parts | undefined;

/** A command on the object of the request; undefined when it names none. */
export function named(
  s: Subject,
  before: readonly string[],
  after: readonly string[],
): Parts | undefined {
  const { name } = s.request;
  if (name === undefined) return undefined;
  return { words: [...before, ...s.scope, name, ...after] };
}

/** A request that has no command of its own: by its URL. */
export function raw(s: Subject): Parts | undefined {
  const { verb, uri = '' } = s.request;
  if (!uri.startsWith('/')) return undefined;
  const url = `--raw=${uri}`;
  switch (verb) {
    case 'get':
    case 'list':
    case 'watch':
      return { words: ['get', url] };
    case 'create':
    case 'post':
      return { words: ['create', url, '-f', '-'], stdin: s.stdin() };
    case 'update':
    case 'put':
      return { words: ['replace', url, '-f', '-'], stdin: s.stdin() };
    case 'delete':
      return { words: ['delete', url] };
    default:
      return undefined;
  }
}

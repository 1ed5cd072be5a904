// Room activity/object: what happened to one object, with the changes of each write.
// Door: object-spec.ts reads what is asked for, object-history.ts gathers, object-list.ts shows.
// Neighbours: uses ../request.ts, count and request; cli/commands/activity shows it.
// Inside: body-diff.ts compares bodies within bounds.

import type { AuditEvent } from '../../events/event.ts';
import { isObject, stringMember, type JsonValue } from '../../json/value.ts';
import { changesBetween, changesOfPatch, leavesOf, withValue } from './body-diff.ts';
import type { Change, Leaves } from './body-diff.ts';
import { redactJson, redactor, type Redact } from '../../redact/redact.ts';
import type { ObjectSpec } from './object-spec.ts';
import type { Request } from '../request.ts';
import { Counts } from '../count/value-tally.ts';
import { commandText, sessionOf, targetText } from '../request/sessions.ts';

/** Objects followed at a time, when the name fits several. */
const MAX_OBJECTS = 100;

const WRITES = new Set(['create', 'update', 'patch', 'delete', 'deletecollection', 'post', 'put']);
/** Subresources that reach into an object and change nothing of it, whatever the verb: a WebSocket client opens them with get. */
const SESSIONS = new Set(['exec', 'attach', 'portforward', 'proxy']);
/** Written all day by controllers; not what people mean by a change. */
const ROUTINE = new Set(['status', 'binding']);

/** The last known state of an object, once from responses and once from requests, which lack defaults. */
interface State {
  response?: Leaves | undefined;
  request?: Leaves | undefined;
}

/** One write of the object, or a session in it. */
export interface ObjectEntry {
  readonly request: Request;
  readonly isSession: boolean;
  readonly changes: readonly Change[];
  /** A heading for the changes, or the reason why there are none. */
  readonly note: string;
}

/** Follows the changes of one object, in bounded memory. */
export class ObjectHistory {
  readonly readers = new Counts();
  /** Other objects of the kind, as `namespace/name`: one of them may be meant. */
  readonly others = new Counts();
  /** Kinds of other objects. */
  readonly kinds = new Counts();
  readonly #spec: ObjectSpec;
  readonly #options: { readonly routine: boolean; readonly showSecrets: boolean };
  readonly #redact: Redact;
  readonly #states = new Map<string, State>();
  #isOpen = true;
  #resource: string | undefined;
  #reads = 0;
  #routine = 0;

  constructor(
    spec: ObjectSpec,
    options: { readonly routine: boolean; readonly showSecrets: boolean },
  ) {
    this.#spec = spec;
    this.#options = options;
    this.#redact = redactor(options.showSecrets);
  }

  /** True as long as no request was of the object: others count, since one of them may be meant. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** What the API calls the kind of the other objects. */
  get resource(): string | undefined {
    return this.#resource;
  }

  /** Requests that only read the object. */
  get reads(): number {
    return this.#reads;
  }

  /** Writes of status and the like that were left out. */
  get routine(): number {
    return this.#routine;
  }

  /** The entry a request makes; undefined when it does not change the object. */
  add(request: Request, event: AuditEvent | undefined): ObjectEntry | undefined {
    if (!this.#concerns(request, event)) return undefined;
    const { verb = '', subresource = '' } = request;
    const isSession = SESSIONS.has(subresource);
    if (!WRITES.has(verb) && !isSession) {
      this.#reads++;
      this.readers.add(request.user ?? '');
      return undefined;
    }
    if (ROUTINE.has(subresource) && !this.#options.routine) {
      this.#routine++;
      return undefined;
    }
    const { changes, note } = this.#changes(request, event);
    return { request, isSession, changes, note };
  }

  #concerns(request: Request, event: AuditEvent | undefined): boolean {
    if (this.#isOfObject(request, event)) {
      this.#isOpen = false;
      return true;
    }
    const { resource, namespace, name } = request;
    if (!this.#isOpen || resource === undefined) return false;
    if (!this.#spec.resources.includes(resource)) this.kinds.add(resource);
    else if (name !== undefined) {
      this.#resource ??= resource;
      this.others.add([namespace ?? [], name].flat().join('/'));
    }
    return false;
  }

  #isOfObject(request: Request, event: AuditEvent | undefined): boolean {
    const { namespace, resources, apiGroup, name } = this.#spec;
    if (!resources.includes(request.resource ?? '')) return false;
    if (apiGroup !== undefined && apiGroup !== (request.apiGroup ?? '')) return false;
    if (namespace !== undefined && namespace !== request.namespace) return false;
    if (request.verb === 'deletecollection' && request.name === undefined) return true;
    // A POST does not name its object; with generateName only the response does.
    return (
      request.name === name ||
      (request.verb === 'create' && nameIn(event?.get(['responseObject'])) === name)
    );
  }

  #changes(
    request: Request,
    event: AuditEvent | undefined,
  ): { changes: readonly Change[]; note: string } {
    const { verb, subresource = '', result } = request;
    const session = SESSIONS.has(subresource)
      ? this.#redact(sessionNote(request, event))
      : undefined;
    if (result === 'denied') return none(`refused: ${session ?? 'nothing changed'}`);
    if (result === 'failed') return none(`failed: ${session ?? 'nothing changed'}`);
    if (session !== undefined) return none(session);
    const state = this.#state(request);
    if (verb === 'deletecollection')
      return none('deletes every object of the kind that it selects');
    if (verb === 'delete') {
      state.request = undefined;
      state.response = undefined;
      return none('deleted');
    }
    const sent = event?.get(['requestObject']) ?? undefined;
    const answered = wholeObject(event?.get(['responseObject']), subresource);
    const before = { ...state };
    if (answered !== undefined) state.response = this.#leaves(answered, request);
    const whole = verb === 'patch' || subresource !== '' ? undefined : wholeObject(sent, '');
    if (whole !== undefined) state.request = this.#leaves(whole, request);
    else if (subresource === '') state.request = undefined;
    if (subresource === 'scale' && event !== undefined) scaleState(state, event);
    const isKnown = answered !== undefined || subresource === 'scale';
    if (state.response !== undefined && before.response !== undefined && isKnown) {
      return diff(before.response, state.response, 'changed');
    }
    if (whole !== undefined && before.request !== undefined) {
      return diff(before.request, state.request!, 'changed, as requested');
    }
    if (sent === undefined) return none('the body was not logged (audit level Metadata)');
    if (whole !== undefined && verb !== 'create' && before.request === undefined) {
      return none('whole object sent; no earlier state to compare with');
    }
    const changes = changesOfPatch(this.#shown(sent, request));
    return { changes, note: verb === 'create' ? 'created with' : 'asked to set' };
  }

  #leaves(value: JsonValue, request: Request): Leaves {
    return leavesOf(value, this.#shown(value, request));
  }

  /** A body as people see it. */
  #shown(value: JsonValue, request: Request): JsonValue {
    return this.#options.showSecrets ? value : redactJson(value, request);
  }

  #state({ namespace, apiGroup, name }: Request): State {
    const key = JSON.stringify([namespace, apiGroup, name]);
    const known = this.#states.get(key);
    if (known !== undefined) return known;
    const state: State = {};
    if (this.#states.size < MAX_OBJECTS) this.#states.set(key, state);
    return state;
  }
}

/** What kind of session it is, in which container, and what runs in it; of what is passed on, which address. */
function sessionNote(request: Request, event: AuditEvent | undefined): string {
  const { subresource = '', uri } = request;
  const opened = sessionOf(request, event);
  if (opened === undefined) return `${subresource} session${uri === undefined ? '' : `: ${uri}`}`;
  const where = opened.kind === 'kubelet' ? targetText(opened) : opened.container;
  const command = opened.kind === 'attach' ? '' : commandText(opened);
  return `${subresource} session${where === undefined ? '' : ` in ${where}`}${command === '' ? '' : `: ${command}`}`;
}

function diff(before: Leaves, after: Leaves, note: string) {
  const changes = changesBetween(before, after);
  const cut = before.cut || after.cut ? '; the object is too large to be compared whole' : '';
  return { changes, note: (changes.length === 0 ? 'nothing changed' : note) + cut };
}

function none(note: string): { changes: readonly Change[]; note: string } {
  return { changes: [], note };
}

/** Scaling changes the object too: else the next write of it would be blamed for the number of replicas. */
function scaleState(state: State, event: AuditEvent): void {
  const path = ['spec', 'replicas'];
  const text = event.text(['responseObject', ...path]) ?? event.text(['requestObject', ...path]);
  if (text === undefined) return;
  const scaled = (leaves: Leaves | undefined): Leaves | undefined =>
    leaves && withValue(leaves, path.join('.'), text);
  state.response = scaled(state.response);
  state.request = scaled(state.request);
}

/** Subresources that are answered with the object itself. */
const ANSWERED_WHOLE = new Set(['', 'ephemeralcontainers', 'resize', 'finalize', 'approval']);

/** A body that is the object itself: not a Status, options or the body of a subresource. */
function wholeObject(body: JsonValue | undefined, subresource: string): JsonValue | undefined {
  if (!isObject(body) || !ANSWERED_WHOLE.has(subresource)) return undefined;
  const kind = stringMember(body, 'kind');
  return kind === 'Status' || !Object.hasOwn(body, 'metadata') ? undefined : body;
}

function nameIn(body: JsonValue | undefined): string | undefined {
  const metadata = isObject(body) && Object.hasOwn(body, 'metadata') ? body['metadata'] : undefined;
  return isObject(metadata) ? stringMember(metadata, 'name') : undefined;
}

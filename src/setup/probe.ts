import type { Atom, Condition } from '../condition/condition.ts';
import { evaluateAtom } from '../condition/condition.ts';
import { isDryRunOption, type AuditEvent, type EventOrigin } from '../events/event.ts';
import type { JsonValue } from '../json/value.ts';
import type { RequestShape } from './api-resources.ts';
import { covers, type Level, type Stage } from './levels.ts';

/** Known values of a sort of request, besides its shape; members that are left out are unknown. */
export interface Circumstances {
  /** Empty for requests without a namespace. */
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  readonly user?: string | undefined;
  readonly groups?: readonly string[] | undefined;
  readonly uri?: string | undefined;
}

/** Whether a condition holds on the requests of one sort: on none, on all, or it depends. */
export type Possible = 'never' | 'always' | 'maybe';

/** Bodies that a condition may read. */
export interface Bodies {
  request: boolean;
  response: boolean;
}

const READING = new Set(['get', 'list', 'watch']);

/**
 * An event of which only the sort of request is known. Fields read it like any other event, and the probe notes
 * each unknown value that they ask for. So one evaluator serves all fields, and a new field needs no table.
 */
export class Probe implements AuditEvent {
  readonly num = 1;
  readonly firstTime = 1n;
  readonly origin: EventOrigin = { file: '-', line: 1 };
  readonly #shape: RequestShape;
  readonly #level: Level;
  readonly #stage: Stage;
  readonly #circumstances: Circumstances;
  readonly #verdicts = new Map<string, Possible>();
  #unknown = false;
  #time = false;
  #bodies: Bodies = { request: false, response: false };

  constructor(shape: RequestShape, level: Level, stage: Stage, circumstances: Circumstances = {}) {
    this.#shape = shape;
    this.#level = level;
    this.#stage = stage;
    this.#circumstances = circumstances;
  }

  get(path: readonly string[]): JsonValue | undefined {
    const { group, resource, subresource, verb, namespaced } = this.#shape;
    const { namespace, name, user, groups, uri } = this.#circumstances;
    switch (path.join('/')) {
      case 'auditID':
        return 'probe';
      case 'kind':
        return 'Event';
      case 'verb':
        return verb;
      case 'stage':
        return this.#stage;
      case 'level':
        return this.#level;
      case 'objectRef':
        return resource === undefined ? undefined : this.#depends();
      case 'objectRef/resource':
        return resource;
      case 'objectRef/subresource':
        return subresource;
      case 'objectRef/apiGroup':
        return group === '*' ? this.#depends() : group === '' ? undefined : group;
      case 'objectRef/namespace':
        if (resource === undefined) return undefined;
        if (!namespaced && resource !== 'namespaces') return undefined;
        return namespace === undefined ? this.#depends() : namespace || undefined;
      case 'objectRef/name':
        if (resource === undefined) return undefined;
        return name ?? this.#depends();
      case 'user/username':
        return user ?? this.#depends();
      case 'user/groups':
        return groups === undefined ? this.#depends() : [...groups];
      case 'requestURI':
        return uri ?? this.#depends();
      default:
        return this.#body(path);
    }
  }

  #body(path: readonly string[]): undefined {
    const [head] = path;
    if (isDryRunOption(path)) return undefined;
    if (head === 'requestObject') {
      if (READING.has(this.#shape.verb) || this.#shape.resource === undefined) return undefined;
      if (!covers(this.#level, 'Request')) return undefined;
      this.#bodies.request = true;
    } else if (head === 'responseObject') {
      if (!covers(this.#level, 'RequestResponse') || this.#shape.resource === undefined)
        return undefined;
      this.#bodies.response = true;
    }
    return this.#depends();
  }

  text(path: readonly string[]): string | undefined {
    const value = this.get(path);
    return value === undefined || typeof value === 'string' ? value : JSON.stringify(value);
  }

  get json(): string {
    this.#depends();
    return '{}';
  }

  get time(): bigint {
    this.#time = true;
    return 1n;
  }

  #depends(): undefined {
    this.#unknown = true;
    return undefined;
  }

  /** Whether a comparison holds on such requests. @param bodies notes which bodies the comparison reads */
  atom(atom: Atom, bodies?: Bodies): Possible {
    // Bodies are only noted on a fresh evaluation.
    const known = bodies === undefined ? this.#verdicts.get(atom.key) : undefined;
    if (known !== undefined) return known;
    this.#unknown = false;
    this.#time = false;
    this.#bodies = { request: false, response: false };
    const value = evaluateAtom(atom, this);
    // A request always has a time, but the value is unknown: only `exists` is decided.
    const open = this.#unknown || (this.#time && atom.node.operator !== 'exists');
    const verdict = open ? 'maybe' : value ? 'always' : 'never';
    if (bodies !== undefined) {
      bodies.request ||= this.#bodies.request;
      bodies.response ||= this.#bodies.response;
    }
    this.#verdicts.set(atom.key, verdict);
    return verdict;
  }
}

/** Whether a condition can hold on the requests a probe stands for (Kleene's three values). */
export function possible(condition: Condition, probe: Probe): Possible {
  switch (condition.kind) {
    case 'atom':
      return probe.atom(condition);
    case 'not': {
      const inner = possible(condition.operand, probe);
      if (inner === 'maybe') return 'maybe';
      return inner === 'always' ? 'never' : 'always';
    }
    case 'and':
    case 'or': {
      const [decisive, neutral] =
        condition.kind === 'and' ? (['never', 'always'] as const) : (['always', 'never'] as const);
      let result: Possible = neutral;
      for (const operand of condition.operands) {
        const verdict = possible(operand, probe);
        if (verdict === decisive) return decisive;
        if (verdict === 'maybe') result = 'maybe';
      }
      return result;
    }
  }
}

/** The bodies on which it depends whether a condition holds on such requests. */
export function bodiesRead(condition: Condition, probe: Probe, bodies: Bodies): void {
  if (possible(condition, probe) !== 'maybe') return;
  if (condition.kind === 'atom') probe.atom(condition, bodies);
  else if (condition.kind === 'not') bodiesRead(condition.operand, probe, bodies);
  else for (const operand of condition.operands) bodiesRead(operand, probe, bodies);
}

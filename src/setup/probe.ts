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

/** What a comparison says of the requests, and the bodies it read to say so. */
interface Verdict {
  readonly possible: Possible;
  readonly bodies: Readonly<Bodies>;
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
  /** By comparison text: equal comparisons stand in many rules. */
  readonly #verdicts = new Map<string, Verdict>();
  /** By the node itself, which rules share when they share a macro: finding a node is cheaper than its text. */
  readonly #answers = new Map<Condition, Possible>();
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

  /** Whether a condition can hold on the requests that this stands for (Kleene's three values). */
  possible(condition: Condition): Possible {
    let answer = this.#answers.get(condition);
    if (answer === undefined) {
      answer = this.#judge(condition);
      this.#answers.set(condition, answer);
    }
    return answer;
  }

  /** Which bodies a comparison reads on such requests. */
  bodiesOf(atom: Atom): Readonly<Bodies> {
    return this.#verdictOn(atom).bodies;
  }

  #judge(condition: Condition): Possible {
    switch (condition.kind) {
      case 'atom':
        return this.#verdictOn(condition).possible;
      case 'not': {
        const inner = this.possible(condition.operand);
        if (inner === 'maybe') return 'maybe';
        return inner === 'always' ? 'never' : 'always';
      }
      case 'and':
        return this.#joined(condition.operands, 'never', 'always');
      case 'or':
        return this.#joined(condition.operands, 'always', 'never');
    }
  }

  #joined(operands: readonly Condition[], decisive: Possible, neutral: Possible): Possible {
    let result = neutral;
    for (const operand of operands) {
      const answer = this.possible(operand);
      if (answer === decisive) return decisive;
      if (answer === 'maybe') result = 'maybe';
    }
    return result;
  }

  #verdictOn(atom: Atom): Verdict {
    let verdict = this.#verdicts.get(atom.key);
    if (verdict === undefined) {
      this.#unknown = false;
      this.#time = false;
      this.#bodies = { request: false, response: false };
      const value = evaluateAtom(atom, this);
      // A request always has a time, but the value is unknown: only `exists` is decided.
      const open = this.#unknown || (this.#time && atom.node.operator !== 'exists');
      verdict = { possible: open ? 'maybe' : value ? 'always' : 'never', bodies: this.#bodies };
      this.#verdicts.set(atom.key, verdict);
    }
    return verdict;
  }
}

/** The bodies on which it depends whether a condition holds on such requests. */
export function bodiesRead(condition: Condition, probe: Probe, bodies: Bodies): void {
  if (probe.possible(condition) !== 'maybe') return;
  if (condition.kind === 'atom') {
    const read = probe.bodiesOf(condition);
    bodies.request ||= read.request;
    bodies.response ||= read.response;
  } else if (condition.kind === 'not') bodiesRead(condition.operand, probe, bodies);
  else for (const operand of condition.operands) bodiesRead(operand, probe, bodies);
}

import { evaluateAtom, type Atom, type Condition } from '../condition/condition.ts';
import { isDryRunOption, type AuditEvent, type EventOrigin } from '../events/event.ts';
import type { JsonValue } from '../json/value.ts';
import type { RequestShape } from './api-resources.ts';
import { covers, type Level } from './levels.ts';

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
type Possible = 'never' | 'always' | 'maybe';

/** Bodies that a condition may read. */
export interface Bodies {
  request: boolean;
  response: boolean;
}

/** What a condition says of the requests, and the bodies on which it depends whether it holds. */
export interface Verdict {
  readonly possible: Possible;
  readonly bodies: Readonly<Bodies>;
  /** Another number for each verdict. */
  readonly code: number;
}

/** Every verdict, by its code. */
export const VERDICTS: readonly Verdict[] = [
  ...(['never', 'always'] as const).map((possible) => ({ possible, ...bodiesOf(0) })),
  ...[0, 1, 2, 3].map((bodies) => ({ possible: 'maybe' as const, ...bodiesOf(bodies) })),
].map((verdict, code) => ({ ...verdict, code }));
const [NEVER, ALWAYS] = VERDICTS as [Verdict, Verdict];

function bodiesOf(number: number): { readonly bodies: Bodies } {
  return { bodies: { request: (number & 1) !== 0, response: (number & 2) !== 0 } };
}

function maybe({ request, response }: Bodies): Verdict {
  return VERDICTS[2 + Number(request) + 2 * Number(response)]!;
}

const READING = new Set(['get', 'list', 'watch']);

/** What is known of the requests that a probe stands for, in the order of {@link traitsOf}. */
const TRAITS = [
  'verb',
  'resource',
  'subresource',
  'group',
  'isResource',
  'hasNamespace',
  'namespace',
  'name',
  'user',
  'groups',
  'uri',
  'stage',
  'level',
] as const;
type TraitName = (typeof TRAITS)[number];
export const TRAIT = Object.fromEntries(TRAITS.map((name, i) => [name, i])) as Record<
  TraitName,
  number
>;

/** How many of the traits do not depend on the stage and the level. */
export const SHAPE_TRAITS = TRAIT.stage;

/** The values of the requests of one sort, for a {@link Probe}. */
export function traitsOf(
  shape: RequestShape,
  circumstances: Circumstances,
): readonly (string | undefined)[] {
  const { verb, resource, subresource, group, namespaced } = shape;
  const { namespace, name, user, groups, uri } = circumstances;
  const isResource = resource === undefined ? undefined : 'yes';
  // Requests on namespaces have one, their name.
  const hasNamespace = namespaced || resource === 'namespaces' ? isResource : undefined;
  const known = [namespace, name, user, groups && JSON.stringify(groups), uri];
  return [verb, resource, subresource, group, isResource, hasNamespace, ...known];
}

/**
 * An event of which only the sort of request is known. Fields read it like any other event, and the probe notes
 * each unknown value that they ask for. So one evaluator serves all fields, and a new field needs no table.
 */
export class Probe implements AuditEvent {
  readonly num = 1;
  readonly firstTime = 1n;
  readonly origin: EventOrigin = { file: '-', line: 1 };
  readonly #values: readonly (string | undefined)[];
  readonly #read: Set<number>;
  #unknown = false;
  #time = false;
  #bodies: Bodies = { request: false, response: false };

  /**
   * @param values by trait: those of {@link traitsOf}, the stage and the level
   * @param read gets the numbers of the traits that are read
   */
  constructor(values: readonly (string | undefined)[], read: Set<number>) {
    this.#values = values;
    this.#read = read;
  }

  get(path: readonly string[]): JsonValue | undefined {
    switch (path.join('/')) {
      case 'auditID':
        return 'probe';
      case 'kind':
        return 'Event';
      case 'verb':
        return this.#text('verb');
      case 'stage':
        return this.#text('stage');
      case 'level':
        return this.#text('level');
      case 'objectRef':
        return this.#is('isResource') ? this.#depends() : undefined;
      case 'objectRef/resource':
        return this.#text('resource');
      case 'objectRef/subresource':
        return this.#text('subresource');
      case 'objectRef/apiGroup': {
        const group = this.#text('group');
        return group === '*' ? this.#depends() : group === '' ? undefined : group;
      }
      case 'objectRef/namespace': {
        if (!this.#is('hasNamespace')) return undefined;
        const namespace = this.#text('namespace');
        return namespace === undefined ? this.#depends() : namespace || undefined;
      }
      case 'objectRef/name':
        return this.#is('isResource') ? (this.#text('name') ?? this.#depends()) : undefined;
      case 'user/username':
        return this.#text('user') ?? this.#depends();
      case 'user/groups': {
        const groups = this.#text('groups');
        return groups === undefined ? this.#depends() : (JSON.parse(groups) as string[]);
      }
      case 'requestURI':
        return this.#text('uri') ?? this.#depends();
      default:
        return this.#body(path);
    }
  }

  #text(trait: TraitName): string | undefined {
    this.#read.add(TRAIT[trait]);
    return this.#values[TRAIT[trait]];
  }

  #is(trait: 'isResource' | 'hasNamespace'): boolean {
    return this.#text(trait) !== undefined;
  }

  #covers(level: Level): boolean {
    return covers(this.#text('level') as Level, level);
  }

  #body(path: readonly string[]): undefined {
    const [head] = path;
    if (isDryRunOption(path)) return undefined;
    if (head === 'requestObject') {
      if (!this.#is('isResource') || READING.has(this.#text('verb')!)) return undefined;
      if (!this.#covers('Request')) return undefined;
      this.#bodies.request = true;
    } else if (head === 'responseObject') {
      if (!this.#is('isResource') || !this.#covers('RequestResponse')) return undefined;
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

  /** What a comparison says of the requests. */
  compare(atom: Atom): Verdict {
    this.#unknown = false;
    this.#time = false;
    this.#bodies = { request: false, response: false };
    const value = evaluateAtom(atom, this);
    // A request always has a time, but the value is unknown: only `exists` is decided.
    const isOpen = this.#unknown || (this.#time && atom.node.operator !== 'exists');
    if (isOpen) return maybe(this.#bodies);
    return value ? ALWAYS : NEVER;
  }
}

/** Whether a condition can hold, from what its comparisons say (Kleene's three values). */
export function judge(condition: Condition, compare: (atom: Atom) => Verdict): Verdict {
  switch (condition.kind) {
    case 'atom':
      return compare(condition);
    case 'not': {
      const inner = judge(condition.operand, compare);
      if (inner.possible === 'maybe') return inner;
      return inner === ALWAYS ? NEVER : ALWAYS;
    }
    case 'and':
      return joined(condition.operands, NEVER, ALWAYS, compare);
    case 'or':
      return joined(condition.operands, ALWAYS, NEVER, compare);
  }
}

function joined(
  operands: readonly Condition[],
  decisive: Verdict,
  neutral: Verdict,
  compare: (atom: Atom) => Verdict,
): Verdict {
  const bodies = { request: false, response: false };
  let isOpen = false;
  for (const operand of operands) {
    const verdict = judge(operand, compare);
    if (verdict === decisive) return decisive;
    if (verdict === neutral) continue;
    isOpen = true;
    bodies.request ||= verdict.bodies.request;
    bodies.response ||= verdict.bodies.response;
  }
  return isOpen ? maybe(bodies) : neutral;
}

import { byteLength } from '../../../util/bytes.ts';
import { DOCKER_SPLIT } from '../../text/split.ts';
import type { WrapperContext } from '../../decoded.ts';
import type { Part } from '../envelope.ts';
import type { JsonNode } from '../../json-node.ts';
import { isObject } from '../../../json/value.ts';
import { recognise } from '../../text/recognise.ts';

/** Yields the value at a path, or a problem when the path leads to nothing. */
export function* payload(
  node: JsonNode,
  path: readonly string[],
  context?: WrapperContext,
): Generator<Part> {
  const inner = node.child(...path);
  if (inner === undefined || inner.value === null) {
    yield { kind: 'problem', reason: 'bad-record', detail: `no ${path.join('.')}` };
  } else {
    yield { kind: 'node', node: inner, context };
  }
}

/**
 * Yields the parts of each element of a list. An element that is an audit event itself counts as it is: lists
 * of events have many names, and a list that broke may have taken whole events in.
 */
export function* each(
  list: JsonNode | undefined,
  open: (element: JsonNode) => Iterable<Part>,
): Generator<Part> {
  for (const element of list?.elements() ?? []) {
    const { value } = element;
    if (isObject(value) && recognise(value, false) === 'event') {
      yield { kind: 'node', node: element, bare: true };
    } else {
      yield* open(element);
    }
  }
}

/** Yields the value at the first path that leads to one. */
export function* firstPayload(
  node: JsonNode,
  paths: readonly (readonly string[])[],
  context?: WrapperContext,
): Generator<Part> {
  for (const path of paths) {
    const inner = node.child(...path);
    if (inner !== undefined && inner.value !== null) {
      yield { kind: 'node', node: inner, context };
      return;
    }
  }
  yield { kind: 'problem', reason: 'bad-record', detail: `no ${paths[0]?.join('.') ?? 'payload'}` };
}

/** True for the text of an object that no container runtime cut, as far as its ends and its size tell. */
export function isWholeObject(text: string): boolean {
  const hasEnds = text.startsWith('{') && text.trimEnd().endsWith('}');
  return hasEnds && byteLength(text) !== DOCKER_SPLIT;
}

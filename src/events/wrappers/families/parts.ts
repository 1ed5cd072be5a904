import type { WrapperContext } from '../../decoded.ts';
import type { Part } from '../envelope.ts';
import type { JsonNode } from '../../json-node.ts';

/** What is at a path, or the problem that nothing is there. */
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

/** The parts of every element of a list. */
export function* each(
  list: JsonNode | undefined,
  open: (element: JsonNode) => Iterable<Part>,
): Generator<Part> {
  for (const element of list?.elements() ?? []) yield* open(element);
}

/** The first of several paths that leads somewhere. */
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

import { member } from '../../../json/value.ts';
import type { Envelope } from '../envelope.ts';
import { each } from './parts.ts';

/** Lists of Kubernetes objects other than an EventList that says so. */
export const listEnvelopes: readonly Envelope[] = [
  {
    name: 'items',
    description: 'object with a list of events under items',
    keys: ['items'],
    recognise: (object) => Array.isArray(member(object, 'items')),
    *open(node) {
      yield* each(node.child('items'), (item) => [{ kind: 'node', node: item, bare: true }]);
    },
  },
];

import { member, stringMember } from '../../../json/value.ts';
import type { Envelope } from '../envelope.ts';
import { isWholeObject, payload } from './parts.ts';

/** Keys that Fluent Bit and Fluentd add, or take from CRI log files. */
const OTHERS = ['kubernetes', 'date', 'logtag', '_p'];

/** Logs as container runtimes keep them. */
export const containerEnvelopes: readonly Envelope[] = [
  {
    name: 'docker',
    description: 'Docker json-file log, split lines rejoined',
    keys: ['log', 'stream', 'time'],
    recognise: (object) =>
      typeof member(object, 'log') === 'string' &&
      !OTHERS.some((key) => Object.hasOwn(object, key)),
    *open(node, object) {
      const text = stringMember(object, 'log') ?? '';
      // Docker cuts lines into parts of 16 KiB; all parts but the last lack the line feed. Some exports drop
      // the line feed everywhere: there an object of any other size is whole.
      const isLast = text.endsWith('\n');
      if (!isLast && isWholeObject(text)) {
        yield* payload(node, ['log']);
      } else {
        const key = `docker ${stringMember(object, 'stream') ?? ''}`;
        yield { kind: 'fragment', key, text, last: isLast };
      }
    },
  },
];

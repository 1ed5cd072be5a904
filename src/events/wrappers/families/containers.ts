import { member, stringMember } from '../../../json/value.ts';
import { byteLength } from '../../../util/bytes.ts';
import { DOCKER_SPLIT } from '../../text/split.ts';
import type { Envelope } from '../envelope.ts';
import { payload } from './parts.ts';

/** Logs as container runtimes keep them. */
export const containerEnvelopes: readonly Envelope[] = [
  {
    name: 'docker',
    description: 'Docker json-file log, split lines rejoined',
    keys: ['log', 'stream', 'time'],
    recognise: (object) =>
      typeof member(object, 'log') === 'string' &&
      !Object.hasOwn(object, 'kubernetes') &&
      !Object.hasOwn(object, 'date'),
    *open(node, object) {
      const text = stringMember(object, 'log') ?? '';
      // Docker cuts lines into parts of 16 KiB; all parts but the last lack the line feed. Some exports drop
      // the line feed everywhere: there an object of any other size is whole.
      const isLast = text.endsWith('\n');
      if (!isLast && isObjectText(text) && byteLength(text) !== DOCKER_SPLIT) {
        yield* payload(node, ['log']);
      } else {
        const key = `docker ${stringMember(object, 'stream') ?? ''}`;
        yield { kind: 'fragment', key, text, last: isLast };
      }
    },
  },
];

function isObjectText(text: string): boolean {
  return text.startsWith('{') && text.trimEnd().endsWith('}');
}

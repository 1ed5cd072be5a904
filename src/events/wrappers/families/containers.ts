import { member, stringMember } from '../../../json/value.ts';
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
      // Docker cuts lines at 16 KiB; all parts but the last lack the line feed. Exports that
      // drop the line feed everywhere are told apart by records that are complete.
      const complete =
        text.endsWith('\n') ||
        (text.startsWith('{') && text.trimEnd().endsWith('}') && text.length < DOCKER_SPLIT);
      const key = `docker ${stringMember(object, 'stream') ?? ''}`;
      if (text.length >= DOCKER_SPLIT || !complete || text.endsWith('\n')) {
        yield { kind: 'fragment', key, text, last: complete };
      } else {
        yield* payload(node, ['log']);
      }
    },
  },
];

/** Docker's buffer for one log line (daemon/logger/copier.go). */
const DOCKER_SPLIT = 16 * 1024;

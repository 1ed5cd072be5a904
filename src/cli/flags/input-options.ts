import { LARGEST_MAX_EVENT_SIZE } from '../../events/limits.ts';
import { option } from './option-record.ts';
import { readDuration, readSizeUpTo, readText } from './values.ts';

/** Options of every command that reads logs. */
export const INPUT_OPTIONS = {
  // The names are checked with the plan: their table is not loaded for every start.
  inputFormat: option<string | undefined>({
    flags: '--input-format <name>',
    description:
      'read only this shape of input, instead of every known one; k8s-audit inputs lists them',
    group: 'run',
    completes: 'input',
    default: undefined,
    parse: readText,
  }),
  dedupe: option<boolean>({
    flags: '--dedupe',
    description:
      'leave out events that were read before, as from several collectors; they are counted',
    group: 'scope',
    default: false,
  }),
  follow: option<boolean>({
    flags: '-F, --follow',
    description: 'go on reading files as they grow and rotate, until Ctrl-C',
    group: 'run',
    default: false,
    config: false,
  }),
  notify: option<string | undefined>({
    flags: '--notify <command>',
    description:
      'run this shell command for each finding that is shown, with its alert as a line of JSON on standard input',
    group: 'run',
    default: undefined,
    parse: readText,
    // A configuration file of a folder that somebody works in must not run commands.
    config: false,
  }),
  lateness: option<number | undefined>({
    flags: '--lateness <time>',
    description:
      'by how much an event may come behind a later one and still count in correlations, such as 30s; ' +
      'several files have no limit but memory',
    group: 'run',
    default: undefined,
    defaultText: '5s of one input',
    parse: readDuration,
  }),
  state: option<string | undefined>({
    flags: '--state <file>',
    description:
      'compare with what this file knows as normal (users with their clients, networks, actions), and add to it; ' +
      'turns on the policy K8s First Seen',
    group: 'run',
    completes: 'file',
    default: undefined,
    parse: readText,
    config: false,
  }),
  partial: option<string | undefined>({
    flags: '--partial <file>',
    description: 'write what `merge` adds up with the results of other parts to this file',
    group: 'run',
    completes: 'file',
    default: undefined,
    parse: readText,
    config: false,
  }),
  learn: option<string | undefined>({
    flags: '--learn <file>',
    description: 'take all of a quiet log as normal, and write it to this file for --state',
    group: 'run',
    completes: 'file',
    default: undefined,
    parse: readText,
    config: false,
  }),
  rotateWait: option<number>({
    flags: '--rotate-wait <time>',
    description:
      'with --follow: how long a rotated file must not grow before it is left, such as 30s',
    group: 'run',
    default: 5000,
    defaultText: '5s',
    parse: readDuration,
  }),
  checkpoint: option<string | undefined>({
    flags: '--checkpoint <file>',
    description:
      'keep in this file how far inputs were read, and go on from there; also with --follow',
    group: 'run',
    completes: 'file',
    default: undefined,
    parse: readText,
    config: false,
  }),
  maxEventSize: option<number>({
    flags: '--max-event-size <size>',
    description:
      'longest line or event that is read, up to 256MiB; longer ones are reported and skipped',
    group: 'run',
    default: 64 * 1024 * 1024,
    defaultText: '64MiB',
    parse: readSizeUpTo(LARGEST_MAX_EVENT_SIZE),
  }),
};

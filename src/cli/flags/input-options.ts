import { LARGEST_MAX_EVENT_SIZE } from '../../events/limits.ts';
import { option } from './option-record.ts';
import { readSizeUpTo, readText } from './values.ts';

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

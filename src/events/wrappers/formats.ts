import { ENVELOPES } from './envelopes.ts';
import type { Envelope } from './envelope.ts';
import { PREFIXES } from './prefixes.ts';
import type { Prefix } from './prefixes.ts';

/** One way in which events arrive. */
export interface InputFormat {
  /** Name for `--input-format`. */
  readonly name: string;
  readonly kind: 'event' | 'prefix' | 'wrapper' | 'table';
  readonly description: string;
  readonly prefix?: Prefix;
  readonly envelope?: Envelope;
}

const EVENT_FORMAT: InputFormat = {
  name: 'event',
  kind: 'event',
  description: 'audit events, EventLists and arrays of them, one a line or spread over lines',
};

/** Name of the format of tables. */
export const TABLE = 'csv';

const TABLE_FORMAT: InputFormat = {
  name: TABLE,
  kind: 'table',
  description:
    'CSV with events in a column (CloudWatch Logs Insights, log viewer, Log Analytics, Splunk); , ; tab or | between cells',
};

/** Every input format, in the order in which they are tried. */
export function inputFormats(): readonly InputFormat[] {
  return [
    EVENT_FORMAT,
    TABLE_FORMAT,
    ...PREFIXES.map((prefix) => ({
      name: prefix.name,
      kind: 'prefix' as const,
      description: prefix.description,
      prefix,
    })),
    ...ENVELOPES.map((envelope) => ({
      name: envelope.name,
      kind: 'wrapper' as const,
      description: envelope.description,
      envelope,
    })),
  ];
}

/** The format with this name, or undefined. */
export function findFormat(name: string): InputFormat | undefined {
  return inputFormats().find((format) => format.name === name);
}

/**
 * True when a line that is an audit event by itself is read as one; with a wrapper or a table as the only format
 * it is not.
 */
export function takesPlainEvents(format: string | undefined): boolean {
  const kind = format === undefined ? 'event' : findFormat(format)?.kind;
  return kind === 'event' || kind === 'prefix';
}

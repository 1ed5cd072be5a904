import type { AuditEvent } from '../events/event.ts';
import {
  formatDateTime,
  formatDateTimeSeconds,
  formatIso8601,
  formatTimeOfDay,
  formatTimeOfDaySeconds,
  nanosOfSecond,
  secondsOf,
} from '../util/time.ts';
import type { BoundField, FieldDefinition, FieldSettings, FieldType } from './field.ts';

/** Falco's numbers are unsigned: the time since the first event wraps when the log is unsorted. */
function unsigned(ns: bigint): bigint {
  return BigInt.asUintN(64, ns);
}

/** Nanoseconds since the first event: negative for an earlier one. */
function sinceFirst(event: AuditEvent): bigint {
  return event.time - event.firstTime;
}

function padded(value: bigint): string {
  return value.toString().padStart(9, '0');
}

function row(
  name: string,
  type: FieldType,
  description: string,
  bind: (settings: FieldSettings) => BoundField,
): FieldDefinition {
  return {
    name,
    type,
    list: false,
    description,
    bind: (_argument, settings) => bind(settings),
  };
}

/** A time that is text in conditions and templates and nanoseconds in `output_fields`. */
function timeText(
  name: string,
  description: string,
  format: (ns: bigint, zone: string) => string,
): FieldDefinition {
  return row(name, 'string', description, (settings) => ({
    read: (event) => format(event.time, settings.timezone),
    json: (event) => event.time,
  }));
}

function number(
  name: string,
  type: FieldType,
  description: string,
  read: (event: AuditEvent) => bigint,
  print?: (value: bigint) => string,
  json?: (event: AuditEvent) => bigint,
): FieldDefinition {
  const bound: BoundField = {
    read,
    ...(print === undefined ? {} : { print }),
    ...(json === undefined ? {} : { json }),
  };
  return row(name, type, description, () => bound);
}

/** The generic `evt.*` fields (sinsp_filtercheck_gen_event.cpp). */
export const EVT_FIELDS: readonly FieldDefinition[] = [
  number('evt.num', 'uint64', 'Number of the event in this run, from 1.', (event) =>
    BigInt(event.num),
  ),
  timeText(
    'evt.time',
    'Time of day of the event with nanoseconds, in the chosen time zone.',
    formatTimeOfDay,
  ),
  timeText(
    'evt.time.s',
    'Time of day of the event to the second, in the chosen time zone.',
    formatTimeOfDaySeconds,
  ),
  timeText(
    'evt.time.iso8601',
    'Time of the event in ISO 8601 form with nanoseconds, in UTC.',
    (ns) => formatIso8601(ns),
  ),
  timeText(
    'evt.datetime',
    'Date and time of the event with nanoseconds, in the chosen time zone.',
    formatDateTime,
  ),
  timeText(
    'evt.datetime.s',
    'Date and time of the event to the second, in the chosen time zone.',
    formatDateTimeSeconds,
  ),
  number('evt.rawtime', 'abstime', 'Time of the event, nanoseconds since 1970.', (event) =>
    unsigned(event.time),
  ),
  number('evt.rawtime.s', 'abstime', 'Time of the event, whole seconds since 1970.', (event) =>
    secondsOf(unsigned(event.time)),
  ),
  number(
    'evt.rawtime.ns',
    'abstime',
    'Nanoseconds within the second of the event, printed with nine digits.',
    (event) => nanosOfSecond(unsigned(event.time)),
    padded,
  ),
  number(
    'evt.reltime',
    'reltime',
    'Nanoseconds since the first event of this run, printed with at least nine digits.',
    (event) => unsigned(sinceFirst(event)),
    padded,
    // Falco's JSON has the signed number.
    sinceFirst,
  ),
  number('evt.reltime.s', 'reltime', 'Whole seconds since the first event of this run.', (event) =>
    secondsOf(unsigned(sinceFirst(event))),
  ),
  number(
    'evt.reltime.ns',
    'reltime',
    'Nanoseconds within the second of evt.reltime, printed with nine digits.',
    (event) => nanosOfSecond(unsigned(sinceFirst(event))),
    padded,
  ),
  row('evt.pluginname', 'string', "Falco's name for the event's source: k8saudit.", () => ({
    read: () => 'k8saudit',
  })),
  row('evt.plugininfo', 'string', 'The whole event as compact JSON.', () => ({
    read: (event) => event.json,
  })),
  row('evt.source', 'string', 'Source of the event: k8s_audit.', () => ({
    read: () => 'k8s_audit',
  })),
  row('evt.is_async', 'bool', 'Whether the event is asynchronous: always false.', () => ({
    read: () => false,
  })),
  row('evt.asynctype', 'string', 'Type of an asynchronous event: always missing.', () => ({
    read: () => undefined,
  })),
  row('evt.hostname', 'string', 'Name of the host that evaluates the event.', (settings) => ({
    read: () => settings.hostname,
  })),
];

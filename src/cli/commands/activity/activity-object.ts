import { ObjectHistory, type ObjectEntry } from '../../../activity/object/object-history.ts';
import { entryText, OBJECT_LIST } from '../../../activity/object/object-list.ts';
import { parseObjectSpec, type ObjectSpec } from '../../../activity/object/object-spec.ts';
import { TimeOrder } from '../../../activity/time-order.ts';
import { StageFolder } from '../../../activity/stages.ts';
import { objectEvents } from '../../../activity/wanted-events.ts';
import { streamOutput, type Output } from '../../../io/output.ts';
import { loadPaint } from '../../../outputs/table/paint.ts';
import { createRecordWriter } from '../../../outputs/create-writer.ts';
import type { RecordWriter } from '../../../outputs/table/record-list.ts';
import { Sections } from '../../../outputs/table/sections.ts';
import { number, plural } from '../../../outputs/summary-text.ts';
import { redact } from '../../../redact/redact.ts';
import { KnownError } from '../../../util/errors.ts';
import { nearest } from '../../../util/suggest.ts';
import type { ActionOf, InvocationOf } from '../../flags/command-options.ts';
import { endReading, readForCommand, recordFormat, recordStyle } from '../../run/reading.ts';
import { folderNotes, orderNotes } from './activity.ts';

/** Names in a message. */
const NAMED = 5;

/** `k8s-audit activity object [ns/]kind/name`: who changed an object, when, and what. */
export const activityObjectCommand: ActionOf<'activity object'> = async (invocation) => {
  const { settings, terminal } = invocation;
  const [text = '', ...paths] = invocation.args;
  const spec = parseObjectSpec(text);
  if (spec === undefined) {
    throw new KnownError(
      'usage',
      `'${text}' names no object`,
      'write [namespace/]kind/name, such as shop/deployment/web',
    );
  }
  const output = streamOutput(terminal.stdout);
  const writer = await entryWriter(invocation, output);
  const { noise: routine, showSecrets } = settings;
  const history = new ObjectHistory(spec, { routine, showSecrets });
  let count = 0;
  let sessions = 0;
  let refused = 0;
  const ordered = new TimeOrder<ObjectEntry>(
    ({ request }) => request.time,
    (entry) => {
      count++;
      if (entry.isSession) sessions++;
      else if (entry.request.result === 'denied' || entry.request.result === 'failed') refused++;
      if (settings.limit === undefined || count <= settings.limit) writer.record(entry);
    },
  );
  // Changes are told from one write to the next as they were answered; they are shown as they were asked for.
  const folder = new StageFolder((request, event) => {
    const entry = history.add(request, event);
    if (entry !== undefined) ordered.add(entry);
  });
  const end = await readForCommand(invocation, 'activity object', paths, output, {
    condition: objectEvents(spec),
    everything: () => history.isOpen,
    inTime: true,
    event: (event) => folder.add(event),
  });
  folder.end();
  ordered.end();
  const readers = history.readers.top(5);
  const changes = count - sessions - refused;
  writer.end({
    changes,
    refused,
    sessions,
    reads: history.reads,
    readers: readers.map(([user, reads]) => ({ user, count: reads })),
  });
  await output.close();
  const notes = [
    `${number(changes)} ${plural(changes, 'change')}` +
      (refused === 0 ? '' : `, ${number(refused)} refused or failed`) +
      (sessions === 0 ? '' : `, ${number(sessions)} ${plural(sessions, 'session')}`),
  ];
  if (history.isOpen) {
    notes.push(redact(absenceText(text, spec, history)));
  }
  if (history.reads > 0) {
    const who = readers.map(([user, reads]) => `${user} (${number(reads)})`).join(', ');
    notes.push(
      `read ${number(history.reads)} ${history.reads === 1 ? 'time' : 'times'}, most by ${who}`,
    );
  }
  if (history.routine > 0) {
    notes.push(
      `${number(history.routine)} ${plural(history.routine, 'write')} of its status left out (--noise shows them)`,
    );
  }
  return endReading(end, invocation, output, [
    ...notes,
    ...folderNotes(folder),
    ...orderNotes(ordered),
  ]);
};

/** What the log has where it lacks the object. */
function absenceText(
  text: string,
  spec: ObjectSpec,
  { others, kinds, resource = '' }: ObjectHistory,
): string {
  const missing = `no request names ${text}`;
  if (others.size > 0) {
    const names = others.top().map(([name]) => name);
    const asked = [spec.namespace ?? [], spec.name].flat().join('/');
    const near = [
      ...names.filter((name) => name.split('/').at(-1)?.includes(spec.name) === true),
      ...nearest(asked, names),
    ];
    const shown = near.length > 0 ? [...new Set(near)] : names;
    return `${missing}; the log has ${resource}: ${someOf(shown)}`;
  }
  const known = kinds.top().map(([name]) => name);
  if (known.length === 0) return missing;
  const near = nearest(spec.resources.at(-1)!, known);
  return `${missing}, nor its kind; the log has ${someOf(near.length > 0 ? near : known)}`;
}

function someOf(names: readonly string[]): string {
  const more = names.length - NAMED;
  return names.slice(0, NAMED).join(', ') + (more > 0 ? ` and ${number(more)} more` : '');
}

async function entryWriter(
  invocation: InvocationOf<'activity object'>,
  output: Output,
): Promise<RecordWriter<ObjectEntry>> {
  const format = recordFormat(invocation);
  const style = recordStyle(invocation);
  if (format !== 'table' && format !== 'text') {
    return createRecordWriter(format, OBJECT_LIST, output, style);
  }
  const paint = await loadPaint(style.color);
  return {
    record(entry) {
      const out = new Sections({ ...style, paint });
      entryText(entry, out, style.formatTime);
      output.write(out.text);
    },
    end: () => undefined,
  };
}

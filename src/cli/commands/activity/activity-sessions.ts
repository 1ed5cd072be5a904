import { SESSION_LIST, sessionOf, type Session } from '../../../activity/request/sessions.ts';
import { TimeOrder } from '../../../activity/time-order.ts';
import { StageFolder } from '../../../activity/stages.ts';
import { SESSION_EVENTS } from '../../../activity/wanted-events.ts';
import { streamOutput } from '../../../io/output.ts';
import { createRecordWriter } from '../../../outputs/create-writer.ts';
import { number, plural } from '../../../outputs/summary-text.ts';
import type { ActionOf } from '../../flags/command-options.ts';
import { endReading, readForCommand, recordFormat, recordStyle } from '../../run/reading.ts';
import { folderNotes, orderNotes } from './activity.ts';

/** `k8s-audit activity sessions`: exec, attach, port-forward and debug sessions. */
export const activitySessionsCommand: ActionOf<'activity sessions'> = async (invocation) => {
  const { settings, terminal, args } = invocation;
  const output = streamOutput(terminal.stdout);
  const writer = await createRecordWriter(
    recordFormat(invocation),
    SESSION_LIST,
    output,
    recordStyle(invocation),
  );
  let count = 0;
  let open = 0;
  const ordered = new TimeOrder<Session>(
    ({ start }) => start,
    (session) => {
      count++;
      if (session.end === undefined) open++;
      if (settings.limit === undefined || count <= settings.limit) writer.record(session);
    },
  );
  const folder = new StageFolder((request, event) => {
    const session = sessionOf(request, event);
    if (session !== undefined) ordered.add(session);
  });
  const end = await readForCommand(invocation, 'activity sessions', args, output, {
    condition: SESSION_EVENTS,
    inTime: true,
    event: (event) => folder.add(event),
  });
  folder.end();
  ordered.end();
  writer.end({ sessions: count, open });
  await output.close();
  const notes = [`${number(count)} ${plural(count, 'session')}, ${number(open)} open at the end`];
  const more = settings.limit === undefined ? 0 : count - settings.limit;
  if (more > 0) notes.push(`${number(more)} more not shown (--limit)`);
  return endReading(end, invocation, output, [
    ...notes,
    ...folderNotes(folder),
    ...orderNotes(ordered),
  ]);
};

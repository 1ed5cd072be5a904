import { identityJson, identityText } from '../../../activity/identity/identity-text.ts';
import { IDENTITY_LIST, identityRows } from '../../../activity/identity/identity-list.ts';
import { NamedIdentity } from '../../../activity/identity/named-identity.ts';
import { StageFolder } from '../../../activity/stages.ts';
import { identityEvents } from '../../../activity/wanted-events.ts';
import { createEngine } from '../../../engine/engine.ts';
import { OncePerRequest } from '../../../engine/once-per-request.ts';
import type { AuditEvent } from '../../../events/event.ts';
import { streamOutput } from '../../../io/output.ts';
import { encodeJson } from '../../../outputs/encode/json-encode.ts';
import { longUser } from '../../../outputs/card/short-name.ts';
import { createRecordWriter } from '../../../outputs/create-writer.ts';
import { loadPaint } from '../../../outputs/table/paint.ts';
import { Sections } from '../../../outputs/table/sections.ts';
import { redact } from '../../../redact/redact.ts';
import { rulesOfRun } from '../../library/run-rules.ts';
import type { ActionOf } from '../../flags/command-options.ts';
import {
  endReading,
  readForCommand,
  jsonPage,
  recordStyle,
  type Wanted,
} from '../../run/reading.ts';
import { fieldSettingsOf } from '../../run/settings-plan.ts';
import { folderNotes } from './activity.ts';

/** `k8s-audit activity identity NAME`: what one user or service account did. */
export const activityIdentityCommand: ActionOf<'activity identity'> = async (invocation) => {
  const [given = '', ...paths] = invocation.args;
  const name = longUser(given);
  const format = invocation.settings.profileFormat;
  const settings = fieldSettingsOf(invocation);
  const { rules, placements, ruleSet } = await rulesOfRun(invocation, settings);
  const engine = createEngine({
    rules,
    placements,
    settings,
    matching: 'all',
    timeField: 'evt.time.iso8601',
  });
  const once = new OncePerRequest();
  const output = streamOutput(invocation.terminal.stdout);
  const identity = new NamedIdentity(name);
  const folder = new StageFolder((request, event) => identity.add(request, event));
  const find = (event: AuditEvent): void => {
    const user = event.text(['user', 'username']);
    const profile = identity.profileOf(user, event.text(['impersonatedUser', 'username']));
    if (profile === undefined) return;
    for (const finding of engine.evaluate(event)) if (once.keeps(finding)) profile.find(finding);
  };
  const wanted: Wanted = {
    condition: identityEvents(name),
    everything: identity.isOpen ? () => identity.isOpen : undefined,
    inTime: true,
    event(event) {
      find(event);
      folder.add(event);
    },
  };
  const end = await readForCommand(invocation, 'activity identity', paths, output, wanted, ruleSet);
  folder.end();
  const { profile, name: shown, note } = identity.found;
  if (format === 'json') {
    output.write(jsonPage(encodeJson(identityJson(shown, profile)), invocation.terminal));
  } else if (format === 'csv' || format === 'markdown') {
    const style = recordStyle(invocation);
    const writer = await createRecordWriter(format, IDENTITY_LIST, output, style);
    for (const row of identityRows(shown, profile)) writer.record(row);
    writer.end({});
  } else {
    const style = recordStyle(invocation);
    const out = new Sections({ ...style, paint: await loadPaint(style.color) });
    identityText(shown, profile, out, style.formatTime);
    output.write(out.text);
  }
  await output.close();
  const notes = note === undefined ? [] : [redact(note)];
  if (profile.forgotten) notes.push('too many different values: counts are lower bounds');
  return endReading(end, invocation, output, [...notes, ...folderNotes(folder)]);
};

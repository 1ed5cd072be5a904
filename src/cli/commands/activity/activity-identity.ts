import { identityJson, identityText } from '../../../activity/identity/identity-text.ts';
import { NamedIdentity } from '../../../activity/identity/named-identity.ts';
import { StageFolder } from '../../../activity/stages.ts';
import { identityEvents } from '../../../activity/wanted-events.ts';
import { streamOutput } from '../../../io/output.ts';
import { encodeJson } from '../../../outputs/encode/json-encode.ts';
import { loadPaint } from '../../../outputs/table/paint.ts';
import { Sections } from '../../../outputs/table/sections.ts';
import { redact } from '../../../redact/redact.ts';
import type { ActionOf } from '../../flags/command-options.ts';
import { endReading, readForCommand, jsonPage, recordStyle } from '../../run/reading.ts';
import { folderNotes } from './activity.ts';

/** `k8s-audit activity identity NAME`: what one user or service account did. */
export const activityIdentityCommand: ActionOf<'activity identity'> = async (invocation) => {
  const [name = '', ...paths] = invocation.args;
  const format = invocation.settings.pageFormat;
  const output = streamOutput(invocation.terminal.stdout);
  const identity = new NamedIdentity(name);
  const folder = new StageFolder((request, event) => identity.add(request, event));
  const end = await readForCommand(invocation, 'activity identity', paths, output, {
    condition: identityEvents(name),
    everything: identity.isOpen ? () => identity.isOpen : undefined,
    event: (event) => folder.add(event),
  });
  folder.end();
  const { profile, name: shown, note } = identity.found;
  if (format === 'json') {
    output.write(jsonPage(encodeJson(identityJson(shown, profile)), invocation.terminal));
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

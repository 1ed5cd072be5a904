import { identityJson, identityText } from '../../../activity/identity/identity-text.ts';
import { IdentityProfile } from '../../../activity/identity/identity.ts';
import { StageFolder } from '../../../activity/stages.ts';
import { compileGlob } from '../../../condition/match/glob.ts';
import { streamOutput } from '../../../io/output.ts';
import { encodeJson } from '../../../outputs/encode/json-encode.ts';
import { loadPaint } from '../../../outputs/table/paint.ts';
import { Sections } from '../../../outputs/table/sections.ts';
import type { ActionOf } from '../../flags/command-options.ts';
import { endReading, readForCommand, jsonPage, recordStyle } from '../../run/reading.ts';
import { folderNotes } from './activity.ts';

/** `k8s-audit activity identity NAME`: what one user or service account did. */
export const activityIdentityCommand: ActionOf<'activity identity'> = async (invocation) => {
  const [name = '', ...paths] = invocation.args;
  const format = invocation.settings.pageFormat;
  const matches = /[*?[]/.test(name) ? compileGlob(name) : (text: string) => text === name;
  const output = streamOutput(invocation.terminal.stdout);
  const profile = new IdentityProfile();
  const folder = new StageFolder((request, event) => {
    const { user, impersonatedUser } = request;
    if (matches(user ?? '') || (impersonatedUser !== undefined && matches(impersonatedUser))) {
      profile.add(request, event);
    }
  });
  const end = await readForCommand(invocation, 'activity identity', paths, output, (event) =>
    folder.add(event),
  );
  folder.end();
  if (format === 'json') {
    output.write(jsonPage(encodeJson(identityJson(name, profile)), invocation.terminal));
  } else {
    const style = recordStyle(invocation);
    const out = new Sections({ ...style, paint: await loadPaint(style.color) });
    identityText(name, profile, out, style.formatTime);
    output.write(out.text);
  }
  await output.close();
  const notes = profile.forgotten ? ['too many different values: counts are lower bounds'] : [];
  return endReading(end, invocation, output, [...notes, ...folderNotes(folder)]);
};

import {
  percent,
  VOLUME_LIST,
  volumeRows,
  volumeText,
} from '../../../activity/count/volume-list.ts';
import { VolumeCounter } from '../../../activity/count/volume.ts';
import { streamOutput } from '../../../io/output.ts';
import { escapeTerminal } from '../../../outputs/encode/escape.ts';
import { encodeJson } from '../../../outputs/encode/json-encode.ts';
import { createRecordWriter } from '../../../outputs/create-writer.ts';
import { loadPaint } from '../../../outputs/table/paint.ts';
import { Sections } from '../../../outputs/table/sections.ts';
import { dropPolicy, type DropPolicy } from '../../../setup/policy/drop-policy.ts';
import { printPolicy, printRules } from '../../../setup/policy/print-policy.ts';
import type { ActionOf } from '../../flags/command-options.ts';
import { endReading, jsonPage, readForCommand, recordStyle } from '../../run/reading.ts';

/** `k8s-audit activity stats`: what makes a log large, and the audit policy that would drop its routine. */
export const activityStatsCommand: ActionOf<'activity stats'> = async (invocation) => {
  const { settings, terminal, args } = invocation;
  const format = settings.profileFormat;
  const output = streamOutput(terminal.stdout);
  const counter = new VolumeCounter();
  const end = await readForCommand(invocation, 'activity stats', args, output, {
    event: (event) => counter.add(event),
  });
  const drop = dropPolicy(
    counter.requests.top().map(({ noise, bytes, ...each }) => ({
      ...each,
      isRoutine: noise !== undefined,
      share: bytes / Math.max(1, counter.bytes),
    })),
  );
  const policy = policyText(drop);
  const style = recordStyle(invocation);
  if (format === 'json') {
    const { events, bytes } = counter;
    const json = {
      events,
      bytes,
      counts_are_lower_bounds: counter.forgotten,
      volumes: volumeRows(counter).map((row) => ({ ...row })),
      policy: counter.events === 0 ? null : policy,
    };
    output.write(jsonPage(encodeJson(json), terminal));
  } else if (format === 'csv' || format === 'markdown') {
    const writer = await createRecordWriter(format, VOLUME_LIST, output, style);
    for (const row of volumeRows(counter)) writer.record(row);
    writer.end({});
    if (format === 'markdown' && counter.events > 0) {
      output.write(`\n${fence(policy)}yaml\n${policy}${fence(policy)}\n`);
    }
  } else if (counter.events > 0) {
    const out = new Sections({ ...style, paint: await loadPaint(style.color) });
    volumeText(counter, out, style.width);
    out.blank();
    out.title(`Audit policy that drops ${percent(drop.dropped)} of the bytes`);
    output.write(out.text);
    // Whole lines, whatever the width: this is a file to be saved.
    output.write(`${policy.trimEnd().split('\n').map(escapeTerminal).join('\n')}\n`);
  }
  await output.close();
  const notes = counter.forgotten ? ['too many different values: sums are lower bounds'] : [];
  return endReading(end, invocation, output, notes);
};

/** The policy as YAML; what people must decide on stands in comments. */
function policyText({ policy, bodies }: DropPolicy): string {
  const text = printPolicy(policy, [
    'Put the rules of level None first in your own policy: the first rule',
    'that matches decides. Which rules of k8s-audit would be blind tells',
    'k8s-audit setup audit-policy --check FILE',
  ]);
  if (bodies.length === 0) return text;
  const lines = [
    'Large too. At level Metadata they would still tell who did what,',
    'but not what was in it:',
    ...printRules(bodies),
  ];
  return `${text}${lines.map((line) => `# ${line}\n`).join('')}`;
}

/** A fence that the text does not end. */
function fence(text: string): string {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((ticks) => ticks.length));
  return '`'.repeat(longest + 1);
}

import { streamOutput } from '../../io/output.ts';
import { encodeJson } from '../../outputs/encode/json-encode.ts';
import { loadPaint } from '../../outputs/table/paint.ts';
import { Sections } from '../../outputs/table/sections.ts';
import { Census } from '../../setup/census.ts';
import { diagnose } from '../../setup/diagnosis.ts';
import { doctorJson, doctorText } from '../../setup/doctor-text.ts';
import { needsOf } from '../../setup/needs.ts';
import type { ActionOf } from '../flags/command-options.ts';
import { endReading, readForCommand, jsonPage, recordStyle } from '../run/reading.ts';
import { leftOut } from '../scope/scope-end.ts';
import { DEFAULT_FIELD_SETTINGS } from '../../rules/resolver.ts';
import { rulesOfRun } from '../library/run-rules.ts';

/** `k8s-audit doctor [paths…]`: what a log can show, and which rules are blind on it. */
export const doctorCommand: ActionOf<'doctor'> = async (invocation) => {
  const { terminal, args } = invocation;
  const format = invocation.settings.pageFormat;
  const { rules } = await rulesOfRun(invocation, DEFAULT_FIELD_SETTINGS);
  const output = streamOutput(terminal.stdout);
  const census = new Census();
  const end = await readForCommand(invocation, 'doctor', args, output, {
    event: (event) => census.add(event),
  });
  const { byScope } = leftOut(end.summary);
  const diagnosis = diagnose(census, needsOf(rules));
  if (format === 'json') {
    output.write(jsonPage(encodeJson(doctorJson(census, diagnosis, byScope)), terminal));
  } else if (census.events > 0) {
    const style = recordStyle(invocation);
    const out = new Sections({ ...style, paint: await loadPaint(style.color) });
    doctorText(census, diagnosis, out, style.formatTime, byScope);
    output.write(out.text);
  }
  await output.close();
  return endReading(end, invocation, output, []);
};

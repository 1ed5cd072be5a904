import { explainCondition } from '../../activity/request/explain-rule.ts';
import type { ShownFinding } from '../../activity/request/finding-section.ts';
import { requestPage, requestPageJson } from '../../activity/request/request-page.ts';
import { Decider } from '../../condition/decider.ts';
import { placeFinding } from '../../policies/placement.ts';
import { createFindingFactory } from '../../engine/finding-factory.ts';
import { compareSeverity } from '../../outputs/card/order.ts';
import { encodeJson } from '../../outputs/encode/json-encode.ts';
import { loadPaint } from '../../outputs/table/paint.ts';
import { Sections } from '../../outputs/table/sections.ts';
import type { ActionOf } from '../flags/command-options.ts';
import { endReading, jsonPage, recordStyle } from '../run/reading.ts';
import { fieldSettingsOf } from '../run/settings-plan.ts';
import { findEvents, type Found } from './find-events.ts';

/** `k8s-audit show AUDIT_ID`: everything about one request. */
export const showCommand: ActionOf<'show'> = async (invocation) => {
  const format = invocation.settings.pageFormat;
  const found = await findEvents(invocation, 'show', true);
  const { finder, end, output, missing } = found;
  if (finder.events.length > 0) {
    const findings = findingsOf(
      found,
      createFindingFactory({
        timeField: 'evt.time.iso8601',
        settings: fieldSettingsOf(invocation),
      }),
      invocation.settings.showSecrets,
    );
    const style = recordStyle(invocation);
    if (format === 'json') {
      const json = encodeJson(requestPageJson(finder, findings, style));
      output.write(jsonPage(json, invocation.terminal));
    } else {
      const out = new Sections({ ...style, paint: await loadPaint(style.color), label: 18 });
      requestPage(finder, findings, out, style);
      output.write(out.text);
    }
  }
  await output.close();
  return endReading(end, invocation, output, missing);
};

/** Each rule that matched one of the events, once; the worst first. */
function findingsOf(
  { finder, rules, ruleSet, fields, placements, members }: Found,
  findingOf: ReturnType<typeof createFindingFactory>,
  showSecrets: boolean,
): ShownFinding[] {
  // A correlation is no finding of one request.
  const single = rules.filter(({ correlation }) => correlation === undefined);
  const deciders = finder.events.map((event) => new Decider().begin(event));
  const shown = single.flatMap((rule) => {
    const matching = deciders.findIndex((decider) =>
      decider.holds(decider.prepare(rule.condition)),
    );
    const event = finder.events[matching];
    if (event === undefined) return [];
    const placed = placeFinding(rule, placements.get(rule.name), event);
    if (placed === undefined) return [];
    const runbooks = members
      .filter(({ policy }) => placed.policies.includes(policy.name))
      .flatMap(({ policy }) => policy.runbook ?? []);
    return [
      {
        finding: findingOf(rule, event, placed),
        description: rule.description,
        notes: rule.notes,
        runbooks: [...new Set(runbooks)],
        explained: explainCondition(rule.tree, ruleSet.macros, fields, event, showSecrets),
      },
    ];
  });
  return shown.toSorted((a, b) => compareSeverity(a.finding, b.finding));
}

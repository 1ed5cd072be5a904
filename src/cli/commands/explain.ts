import { explainCondition, explainedJson } from '../../activity/request/explain-rule.ts';
import { conditionLines } from '../../activity/request/finding-section.ts';
import { evaluate } from '../../condition/condition.ts';
import { encodeJson } from '../../outputs/encode/json-encode.ts';
import { loadPaint } from '../../outputs/table/paint.ts';
import { Sections } from '../../outputs/table/sections.ts';
import { KnownError } from '../../util/errors.ts';
import type { ActionOf } from '../flags/command-options.ts';
import { endReading, jsonPage, recordStyle } from '../run/reading.ts';
import { fieldSettingsOf, ignorePlan } from '../run/settings-plan.ts';
import { warner } from '../terminal/listing.ts';
import { findEvents } from './find-events.ts';
import { obstaclesTo } from './unreported.ts';

/** The rules that are asked about are looked at, whatever else chooses rules. */
const ONLY_NAMED = {
  tag: [],
  excludeTag: [],
  minPriority: undefined,
  policy: [],
  allRules: true,
};

/** `k8s-audit explain AUDIT_ID --rule R`: why a rule matched a request, or did not. */
export const explainCommand: ActionOf<'explain'> = async (invocation) => {
  const { settings } = invocation;
  const format = invocation.settings.pageFormat;
  if (settings.explainedRule.length === 0) {
    throw new KnownError('usage', 'name the rule to explain', "--rule 'Create Privileged Pod'");
  }
  const found = await findEvents(
    { ...invocation, settings: { ...settings, ...ONLY_NAMED, rule: settings.explainedRule } },
    'explain',
    false,
  );
  const { finder, rules, ruleSet, fields, end, output, missing } = found;
  const ignore = ignorePlan(invocation);
  const ignoring = ignore === undefined ? undefined : await import('../library/ignore-input.ts');
  const suppressor = await ignoring?.suppressorOf(
    ignore!,
    ruleSet,
    fieldSettingsOf(invocation),
    warner(invocation),
  );
  const style = recordStyle(invocation);
  const out = new Sections({ ...style, paint: await loadPaint(style.color), label: 18 });
  const explanations = rules.flatMap((rule) => {
    const verdicts = finder.events.map((event) => ({
      stage: event.text(['stage']) ?? '(no stage)',
      event,
      matched: evaluate(rule.condition, event),
    }));
    const chosen = verdicts.find(({ matched }) => matched) ?? verdicts.at(-1);
    if (chosen === undefined) return [];
    const explained = explainCondition(
      rule.tree,
      ruleSet.macros,
      fields,
      chosen.event,
      settings.showSecrets,
    );
    const obstacles = chosen.matched ? obstaclesTo(rule, chosen.event, found, suppressor) : [];
    return [{ rule, verdicts, chosen, explained, obstacles }];
  });
  if (format === 'json') {
    const json = explanations.map(({ rule, verdicts, chosen, explained, obstacles }) => ({
      rule: rule.name,
      matched: explained.value,
      obstacles:
        obstacles.length === 0 ? undefined : obstacles.map(({ part, text }) => `${part}: ${text}`),
      stage: chosen.event.text(['stage']),
      stages: verdicts.map(({ stage, matched }) => ({ stage, matched })),
      condition: explainedJson(explained),
    }));
    output.write(jsonPage(encodeJson(json), invocation.terminal));
  } else {
    for (const { rule, verdicts, chosen, explained, obstacles } of explanations) {
      out.blank();
      out.ownTitle(`${rule.name}: ${explained.value ? 'matches' : 'does not match'}`);
      if (rule.correlation !== undefined) {
        out.field('Correlation', 'of several events: this tells whether the event is one of them');
      }
      out.field('Event', `${chosen.event.origin.file}:${chosen.event.origin.line}`);
      for (const { stage, matched } of verdicts) {
        out.field(stage, matched ? 'matches' : 'does not match');
      }
      for (const { part, text } of obstacles) out.field(part, text);
      if (!explained.value) {
        out.title('What decides');
        conditionLines(explained, true, out, out.paint);
        out.blank();
      }
      out.title('Whole condition');
      conditionLines(explained, false, out, out.paint);
      if (explained.value && rule.notes.checks.length > 0) {
        out.blank();
        out.title('What to check');
        for (const text of rule.notes.checks) out.paragraph(`- ${text}`, 2, undefined, 2);
      }
    }
    output.write(out.text);
  }
  await output.close();
  return endReading(end, invocation, output, missing);
};

import { expect } from 'vitest';
import type { Condition } from '../src/condition/condition.ts';
import { evaluate } from '../src/condition/condition.ts';
import { createEngine } from '../src/engine/engine.ts';
import { ParsedEvent } from '../src/events/parsed-event.ts';
import { isObject, type JsonObject } from '../src/json/value.ts';
import { parseJson } from '../src/json/parse.ts';
import { formatDiagnostic, type Diagnostic } from '../src/rules/diagnostics.ts';
import { loadRules, type FileResult } from '../src/rules/load.ts';
import { DEFAULT_FIELD_SETTINGS } from '../src/rules/resolver.ts';
import type { RuleSet } from '../src/rules/rule.ts';

/** What a rules text loads to. */
export interface Loaded extends RuleSet {
  /** Codes of all warnings, in order. */
  readonly warnings: readonly string[];
  readonly files: readonly FileResult[];
}

/** Loads rules files that have no errors; fails the test otherwise. */
export async function loadOk(...texts: string[]): Promise<Loaded> {
  const { ruleSet, files, unmet } = await load(texts);
  const errors = files.flatMap((file) => file.errors).map(formatDiagnostic);
  if (ruleSet === undefined) throw new Error(unmet ?? errors.join('\n'));
  const warnings = files.flatMap((file) => file.warnings).map(({ code }) => code);
  return { ...ruleSet, warnings, files };
}

/** Loads rules files of which the last has an error, and returns that. */
export async function loadError(...texts: string[]): Promise<Diagnostic> {
  const { files } = await load(texts);
  const error = files.at(-1)?.errors[0];
  if (error === undefined || files.length !== texts.length) {
    throw new Error(`expected an error in the last file, got ${JSON.stringify(files)}`);
  }
  return error;
}

async function load(texts: readonly string[]): ReturnType<typeof loadRules> {
  return loadRules(texts.map((text, i) => ({ name: `f${i + 1}.yaml`, text })));
}

/** A full rule definition with a condition; `more` are further lines of it, without indentation. */
export function rule(condition: string, ...more: string[]): string {
  return ruleOf({ condition }, ...more);
}

/** A full rule definition; values are written as JSON, which is YAML. */
export function ruleOf(keys: Record<string, string | undefined>, ...more: string[]): string {
  const all = {
    rule: 'R',
    desc: 'd',
    condition: 'ka.verb exists',
    output: 'o',
    priority: 'WARNING',
    source: 'k8s_audit',
    ...keys,
  };
  const lines = Object.entries(all)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  return `- ${[...lines, ...more].join('\n').replaceAll('\n', '\n  ')}\n`;
}

/** An event from an object, or from the JSON text where spelling matters. */
export function eventOf(event: JsonObject | string): ParsedEvent {
  const text = typeof event === 'string' ? event : JSON.stringify(event);
  const value = parseJson(text);
  if (!isObject(value)) throw new Error('an event is an object');
  const origin = { file: 'events.log', line: 1 };
  return new ParsedEvent(text, value, { time: 0n, num: 1, firstTime: 0n, origin });
}

/** An event with an auditID and the given members. */
export function audit(members: JsonObject): JsonObject {
  return { kind: 'Event', auditID: 'a1', ...members };
}

/** True when a rule with this condition fires on the event. */
export async function fires(condition: string, event: JsonObject | string): Promise<boolean> {
  return evaluate(await compiled(condition), eventOf(event));
}

/** The compiled condition of a rule. */
async function compiled(condition: string): Promise<Condition> {
  const { rules } = await loadOk(rule(condition));
  return rules[0]!.condition;
}

/** A rule's message and output fields on an event. */
export async function render(
  output: string,
  event: JsonObject | string,
): Promise<{ message: string; fields: Record<string, unknown> }> {
  const { rules } = await loadOk(ruleOf({ condition: 'evt.num > 0', output }));
  const engine = createEngine({
    rules,
    matching: 'all',
    timeField: 'evt.time',
    settings: DEFAULT_FIELD_SETTINGS,
  });
  const [finding] = engine.evaluate(eventOf(event));
  return { message: finding!.message, fields: Object.fromEntries(finding!.outputFields) };
}

/** Names of the rules that fire on an event. */
export function firing(
  rules: Loaded,
  event: JsonObject,
  matching: 'all' | 'first' = 'all',
): string[] {
  const engine = createEngine({
    rules: rules.rules.filter(({ enabled }) => enabled),
    matching,
    timeField: 'evt.time',
    settings: DEFAULT_FIELD_SETTINGS,
  });
  return engine.evaluate(eventOf(event)).map((finding) => finding.rule);
}

/** For `toEqual`: exactly this text, any text that a pattern matches, or anything at all. */
export function like(text: string | RegExp | undefined): unknown {
  if (text === undefined) return expect.toSatisfy(() => true);
  return text instanceof RegExp ? expect.stringMatching(text) : text;
}

/** What a function throws; undefined when it returns. */
export function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}

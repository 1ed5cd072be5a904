import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createEngine, type Engine } from '../../src/engine/engine.ts';
import type { Finding } from '../../src/engine/finding.ts';
import { ParsedEvent } from '../../src/events/parsed-event.ts';
import { loadRules, type LoadResult, type RulesFile } from '../../src/rules/load.ts';
import { DEFAULT_FIELD_SETTINGS } from '../../src/rules/resolver.ts';
import { readIpRanges } from '../../src/util/ip-ranges.ts';
import type { TreeMap } from './case-file.ts';

const FOLDER = fileURLToPath(new URL('../../rules/', import.meta.url));

/** The paths of files with one of the endings in a folder, in byte order. */
export function filesIn(folder: string, ending: string): string[] {
  const names = readdirSync(folder).filter((name) => name.endsWith(ending));
  return names.toSorted().map((name) => folder + name);
}

/** The bundled rules files, in load order; names are relative to rules/. */
export const BUNDLED_FILES: readonly RulesFile[] = [
  ...filesIn(FOLDER, '.yaml'),
  ...filesIn(`${FOLDER}extended/`, '.yaml'),
].map((path) => ({ name: path.slice(FOLDER.length), text: readFileSync(path, 'utf8') }));

/** One list of addresses, for the rule that asks whether there is one. */
const SETTINGS = {
  ...DEFAULT_FIELD_SETTINGS,
  ipLists: [
    { name: 'tor', ranges: readIpRanges('tor', new TextEncoder().encode('198.51.100.64/28')) },
  ],
};

const loads = new Map<string, Promise<LoadResult>>();

/**
 * Loads the bundled rules, then `extra` unless it is empty; compiled once, at the end. The same texts are loaded once
 * in a process.
 */
export function loadBundled(extra = ''): Promise<LoadResult> {
  const known = loads.get(extra);
  if (known !== undefined) return known;
  const own = extra === '' ? [] : [{ name: 'test', text: extra }];
  const files = [...BUNDLED_FILES, ...own].map((file) => Object.assign({ trusted: true }, file));
  const loaded = loadRules(files, SETTINGS);
  loads.set(extra, loaded);
  return loaded;
}

const engines = new Map<string, Engine>();

/** An engine with the enabled bundled rules and `extra` on top. */
export async function bundledEngine(extra = ''): Promise<Engine> {
  const known = engines.get(extra);
  if (known !== undefined) return known;
  const { ruleSet, files } = await loadBundled(extra);
  if (ruleSet === undefined) throw new Error(JSON.stringify(files.flatMap((file) => file.errors)));
  const engine = createEngine({
    rules: ruleSet.rules.filter((rule) => rule.enabled),
    matching: 'all',
    timeField: 'evt.time',
    settings: SETTINGS,
  });
  engines.set(extra, engine);
  return engine;
}

/** The findings of one event; `num` is its number, from 1. */
export function findingsOf(engine: Engine, event: TreeMap, num: number): Finding[] {
  const place = { time: 0n, num, firstTime: 0n, origin: { file: 'test', line: num } };
  return engine.evaluate(new ParsedEvent(JSON.stringify(event), event, place));
}

/** How often each rule fired; only those in `about`, when given. */
export function countByRule(
  findings: readonly Finding[],
  about?: readonly string[],
): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { rule } of findings) {
    if (about === undefined || about.includes(rule)) counts[rule] = (counts[rule] ?? 0) + 1;
  }
  return counts;
}

import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { CORE_SCHEMA, dump, load } from 'js-yaml';

/** A tree of plain data, as YAML gives it. */
type Tree = null | boolean | number | string | Tree[] | { [key: string]: Tree };
export type TreeMap = { [key: string]: Tree };

/** One event with what it is about. */
interface CaseEvent {
  readonly why: string;
  readonly event: TreeMap;
}

/** What a rule must do over all events of a test. */
interface Expectation {
  readonly rule: string;
  readonly count: number;
  readonly fields: TreeMap;
}

/** One test in its general form. */
export interface RuleCase {
  readonly name: string;
  readonly events: readonly CaseEvent[];
  readonly expect: readonly Expectation[];
  /** Rules that are judged; undefined means all. */
  readonly about: readonly string[] | undefined;
  /** YAML text of rules to load after the rules under test; empty for none. */
  readonly rules: string;
  readonly kind: 'fires' | 'silent' | 'sequence';
}

/** Reads a file of rule tests; its form is described in cases/base-events.yaml. */
export function readCaseFile(path: string): RuleCase[] {
  const file = readTree(path);
  const named = namedEvents(path);
  const shared = list(file['rules']);
  return list(file['tests']).flatMap((entry) => readTest(map(entry), named, shared));
}

function readTest(test: TreeMap, named: ReadonlyMap<string, TreeMap>, shared: Tree[]): RuleCase[] {
  const own = [...shared, ...list(test['rules'])];
  const rules = own.length === 0 ? '' : dump(own);
  const rule = test['rule'];
  if (typeof rule !== 'string') {
    const about = test['about'] === undefined ? undefined : list(test['about']).map(text);
    const events = list(test['events']).map((event) => buildEvent(event, named));
    const expect = list(test['expect']).map((entry) => readExpectation(map(entry)));
    return [{ name: text(test['name']), events, expect, about, rules, kind: 'sequence' }];
  }
  return (['fires', 'silent'] as const).flatMap((kind) =>
    list(test[kind]).map((entry): RuleCase => {
      const built = buildEvent(entry, named);
      const expect = [{ rule, count: kind === 'fires' ? 1 : 0, fields: {} }];
      const name = `${rule} ${kind === 'fires' ? 'fires on' : 'is silent on'} ${built.why}`;
      return { name, events: [built], expect, about: [rule], rules, kind };
    }),
  );
}

function readExpectation(entry: TreeMap): Expectation {
  const count = entry['count'] ?? 1;
  if (typeof count !== 'number') throw new Error('count must be a number');
  return { rule: text(entry['rule']), count, fields: map(entry['fields'] ?? {}) };
}

function namedEvents(path: string): Map<string, TreeMap> {
  const file = readTree(path);
  const named = new Map<string, TreeMap>();
  for (const used of list(file['use'])) {
    for (const [name, event] of namedEvents(resolve(dirname(path), text(used)))) {
      named.set(name, event);
    }
  }
  for (const [name, event] of Object.entries(map(file['events'] ?? {}))) {
    named.set(name, buildEvent(event, named).event);
  }
  return named;
}

function buildEvent(entry: Tree, named: ReadonlyMap<string, TreeMap>): CaseEvent {
  if (typeof entry === 'string') return { why: entry, event: baseEvent(entry, named) };
  const { base, set, remove, why, ...whole } = map(entry);
  if (base === undefined) return { why: text(why ?? 'an event'), event: whole };
  const event = baseEvent(text(base), named);
  for (const [path, value] of Object.entries(map(set ?? {}))) setAt(event, keysOf(path), value);
  for (const path of list(remove)) removeAt(event, keysOf(text(path)));
  return { why: text(why ?? `${text(base)} with ${JSON.stringify(set ?? remove)}`), event };
}

function baseEvent(name: string, named: ReadonlyMap<string, TreeMap>): TreeMap {
  const found = named.get(name);
  if (found === undefined) throw new Error(`no event is named ${name}`);
  return structuredClone(found);
}

function keysOf(path: string): string[] {
  if (!path.startsWith('/')) return path.split('.');
  const parts = path.slice(1).split('/');
  return parts.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function setAt(root: TreeMap, keys: readonly string[], value: Tree): void {
  let node: TreeMap = root;
  for (const [at, key] of keys.slice(0, -1).entries()) {
    const next = node[key];
    if (next === undefined || next === null || typeof next !== 'object') {
      node[key] = /^\d+$/.test(keys[at + 1]!) ? [] : {};
    }
    // An array takes decimal keys like an object.
    node = node[key] as TreeMap;
  }
  node[keys.at(-1)!] = structuredClone(value);
}

function removeAt(root: TreeMap, keys: readonly string[]): void {
  let node: Tree | undefined = root;
  for (const key of keys.slice(0, -1)) node = (node as TreeMap | undefined)?.[key];
  if (typeof node === 'object' && node !== null) delete (node as TreeMap)[keys.at(-1)!];
}

function readTree(path: string): TreeMap {
  return map(load(readFileSync(path, 'utf8'), { schema: CORE_SCHEMA }) as Tree);
}

function map(tree: Tree): TreeMap {
  if (typeof tree !== 'object' || tree === null || Array.isArray(tree)) {
    throw new TypeError(`expected a map, got ${JSON.stringify(tree)}`);
  }
  return tree;
}

function list(tree: Tree | undefined): Tree[] {
  if (tree === undefined) return [];
  if (!Array.isArray(tree)) throw new TypeError(`expected a list, got ${JSON.stringify(tree)}`);
  return tree;
}

function text(tree: Tree | undefined): string {
  if (typeof tree !== 'string') throw new TypeError(`expected a text, got ${JSON.stringify(tree)}`);
  return tree;
}

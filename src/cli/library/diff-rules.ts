import { printCondition } from '../../condition/print.ts';
import type { Rule, RuleSet } from '../../rules/rule.ts';
import { unifiedDiff } from '../../util/line-diff.ts';
import { wrapWords } from '../terminal/listing.ts';

/** One definition that differs. */
export interface DefinitionDiff {
  readonly kind: 'rule' | 'macro' | 'list';
  readonly name: string;
  readonly change: 'added' | 'removed' | 'changed' | 'replaced';
  /** Files that define or change it, in order. */
  readonly files: readonly string[];
  /** Default rules that read this list or macro, also through macros, and so change with it. */
  readonly readers: readonly string[];
  /** Unified diff from the default to the effective definition. */
  readonly diff: string;
}

const WIDTH = 100;

interface Definition {
  readonly text: string;
  readonly files: readonly string[];
  /** File of the last whole definition, where that is known. */
  readonly file?: string;
}

/**
 * What differs between two sets of rules: lists, then macros, then rules.
 *
 * @param only names of definitions to look at; undefined for all
 */
export function diffRuleSets(
  base: RuleSet,
  effective: RuleSet,
  only?: ReadonlySet<string>,
): DefinitionDiff[] {
  const defaultRules = defaultRulesOf(base, effective);
  const readers = (kind: DefinitionDiff['kind'], name: string): string[] =>
    kind === 'rule'
      ? []
      : defaultRules
          .filter(({ macros, lists }) => (kind === 'macro' ? macros : lists).includes(name))
          .map((rule) => rule.name);
  return (['list', 'macro', 'rule'] as const).flatMap((kind) => {
    const before = definitions(base, kind);
    const after = definitions(effective, kind);
    const names = new Set([...before.keys(), ...after.keys()]);
    return [...names].flatMap((name): DefinitionDiff[] => {
      if (only !== undefined && !only.has(`${kind} ${name}`)) return [];
      const [old, now] = [before.get(name), after.get(name)];
      const title = `${kind} ${name}`;
      const diff = unifiedDiff(
        old?.text ?? '',
        now?.text ?? '',
        `${title} (default)`,
        `${title} (effective)`,
      );
      if (diff === '') return [];
      const files = (now ?? old)!.files;
      return [
        { kind, name, change: changeOf(old, now), files, readers: readers(kind, name), diff },
      ];
    });
  });
}

/** The rules that still are the default ones: no whole rule of the same name took their place. */
function defaultRulesOf(base: RuleSet, effective: RuleSet): Rule[] {
  const files = new Map(base.rules.map(({ name, file }) => [name, file]));
  return effective.rules.filter(({ name, file }) => files.get(name) === file);
}

function changeOf(
  old: Definition | undefined,
  now: Definition | undefined,
): DefinitionDiff['change'] {
  if (old === undefined) return 'added';
  if (now === undefined) return 'removed';
  return old.file === now.file ? 'changed' : 'replaced';
}

function definitions(set: RuleSet, kind: DefinitionDiff['kind']): Map<string, Definition> {
  if (kind === 'list') {
    return new Map(
      set.lists.map(({ name, items, files }) => [
        name,
        { files, text: `items:\n${items.map((item) => `  ${item}\n`).join('')}` },
      ]),
    );
  }
  if (kind === 'macro') {
    return new Map(
      set.macros.map(({ name, condition, files }) => [
        name,
        { files, text: part('condition', condition) },
      ]),
    );
  }
  return new Map(
    set.rules.map((rule) => [
      rule.name,
      {
        files: rule.files,
        file: rule.file,
        text: [
          part('description', rule.description),
          part('condition', rule.conditionText),
          part('condition with lists and exceptions', printCondition(rule.tree)),
          part('output', rule.outputText),
          part('priority', rule.priority),
          part('tags', rule.tags.join(', ')),
          part('exceptions', rule.exceptions.map(({ name }) => name).join(', ')),
          part('enabled', String(rule.enabled)),
        ].join(''),
      },
    ]),
  );
}

function part(label: string, text: string): string {
  if (text.trim() === '') return '';
  const lines = wrapWords(text, WIDTH);
  if (lines.length === 1) return `${label}: ${lines[0]}\n`;
  return `${label}:\n${lines.map((line) => `  ${line}\n`).join('')}`;
}

import { plural } from '../../../outputs/summary-text.ts';
import { loadRules } from '../../../rules/load.ts';
import { DEFAULT_FIELD_SETTINGS } from '../../../rules/resolver.ts';
import type { RuleSet } from '../../../rules/rule.ts';
import { KnownError } from '../../../util/errors.ts';
import { didYouMean } from '../../../util/suggest.ts';
import type { ActionOf } from '../../flags/command-options.ts';
import { exitCode } from '../../terminal/exit.ts';
import { jsonText, plainText, warner } from '../../terminal/listing.ts';
import { diffRuleSets } from '../../library/diff-rules.ts';
import { bundledRules, loadForCommand } from '../../library/rules-input.ts';

/** Default rules that are named where a list or macro changes. */
const READERS_SHOWN = 5;

/** `k8s-audit rules diff [NAME]`: what the user's files change of the bundled rules. */
export const rulesDiffCommand: ActionOf<'rules diff'> = async (invocation) => {
  const { args, settings, terminal } = invocation;
  const format = settings.pageFormat;
  const all = { rules: settings.rules, defaultRules: true };
  const effective = await loadForCommand(all, DEFAULT_FIELD_SETTINGS, warner(invocation));
  const defaults = bundledRules();
  const bundled = new Set(defaults.map((file) => file.name));
  const { ruleSet: base } = await loadRules(defaults);
  const [name] = args;
  const only = name === undefined ? undefined : partsOfRule(name, effective, base!);
  const diffs = diffRuleSets(base!, effective, only);
  if (format === 'json') terminal.stdout.write(jsonText(diffs));
  else {
    for (const { kind, name: of, change, files, readers, diff } of diffs) {
      const own = files.filter((file) => !bundled.has(file));
      const by = own.length === 0 ? ' through its lists' : ` by ${own.join(', ')}`;
      const read = kind === 'rule' || change === 'added' ? '' : readText(readers);
      terminal.stdout.write(plainText(`${kind} ${of}: ${change}${by}${read}\n${diff}\n`));
    }
    if (diffs.length === 0) terminal.stdout.write('nothing differs from the default rules\n');
  }
  await terminal.stdout.drained();
  return exitCode('ok');
};

/** Which default rules a changed list or macro changes. */
function readText(readers: readonly string[]): string {
  if (readers.length === 0) return '; no default rule reads it';
  const named = readers.slice(0, READERS_SHOWN).join(', ');
  const more = readers.length > READERS_SHOWN ? ', …' : '';
  const rules = `${readers.length} default ${plural(readers.length, 'rule')}`;
  return `; changes ${rules} (${named}${more})`;
}

/** A rule with the macros and lists it uses. @throws KnownError when there is no such rule */
function partsOfRule(name: string, ...sets: readonly RuleSet[]): ReadonlySet<string> {
  const rules = sets.flatMap((set) => set.rules).filter((rule) => rule.name === name);
  if (rules.length === 0) {
    const names = sets.flatMap((set) => set.rules.map((rule) => rule.name));
    throw new KnownError('usage', `no rule is called '${name}'`, didYouMean(name, names));
  }
  return new Set([
    `rule ${name}`,
    ...rules.flatMap(({ macros, lists }) => [
      ...macros.map((macro) => `macro ${macro}`),
      ...lists.map((list) => `list ${list}`),
    ]),
  ]);
}

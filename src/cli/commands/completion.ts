import { inputFormats } from '../../events/wrappers/formats.ts';
import { FIELD_CLASSES } from '../../fields/catalog.ts';
import { DEFAULT_FIELD_SETTINGS } from '../../rules/resolver.ts';
import { PLATFORMS } from '../../setup/platforms/platforms.ts';
import { KnownError } from '../../util/errors.ts';
import { didYouMean } from '../../util/suggest.ts';
import type { CommandRecord } from '../flags/command.ts';
import type { ActionOf } from '../flags/command-options.ts';
import { bashCompletion } from '../docs/completion-bash.ts';
import { fishCompletion } from '../docs/completion-fish.ts';
import { zshCompletion } from '../docs/completion-zsh.ts';
import { completionModel, type CompletionModel, type Names } from '../docs/completion-model.ts';
import { exitCode } from '../terminal/exit.ts';
import { bundledPolicies } from '../library/policies-input.ts';
import { loadForCommand } from '../library/rules-input.ts';

const SHELLS: Readonly<Record<string, (model: CompletionModel) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

/** `k8s-audit completion SHELL`: a script that completes commands, options, files and names. */
export const completionCommand: ActionOf<'completion'> = async ({ args, terminal, commands }) => {
  const [shell = ''] = args;
  const make = Object.hasOwn(SHELLS, shell) ? SHELLS[shell] : undefined;
  if (make === undefined) {
    const names = Object.keys(SHELLS);
    const hint = didYouMean(shell, names) ?? names.join(', ');
    throw new KnownError('usage', `no completion for the shell '${shell}'`, hint);
  }
  const model = completionModel(commands, await knownNames(commands));
  terminal.stdout.write(make(model));
  await terminal.stdout.drained();
  return exitCode('ok');
};

/** Names of what ships with the program, and of time zones. */
async function knownNames(commands: readonly CommandRecord[]): Promise<Names> {
  const options = { defaultRules: true, rules: [] };
  const { rules } = await loadForCommand(options, DEFAULT_FIELD_SETTINGS, () => undefined);
  const tags = [...new Set(rules.flatMap((rule) => rule.tags))].toSorted();
  return {
    rule: rules.map(({ name }) => name),
    tag: tags,
    technique: tags.filter((tag) => /^T\d/.test(tag)),
    policy: bundledPolicies().map(({ name }) => name),
    input: inputFormats().map(({ name }) => name),
    platform: PLATFORMS.map(({ id }) => id),
    timezone: ['local', 'UTC', ...Intl.supportedValuesOf('timeZone')],
    command: commands.map(({ name }) => name),
    field: FIELD_CLASSES.flatMap(({ fields }) => fields.map(({ name }) => name)),
  };
}

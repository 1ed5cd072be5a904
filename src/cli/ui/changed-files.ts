import { relative, dirname } from 'node:path';
import { addOptionValue, removeOptionValue, setOption } from '../../config/edit-option.ts';
import { setPolicyEnabled } from '../../config/edit.ts';
import { yamlText } from '../../outputs/card/ignore-entry.ts';
import type { Change } from '../../outputs/card/tried-change.ts';
import { fieldResolver } from '../../rules/resolver.ts';
import { KnownError } from '../../util/errors.ts';
import type { FoundConfig } from '../flags/command.ts';
import type { InvocationOf } from '../flags/command-options.ts';
import { textOrEmpty, type FileChange } from '../library/edit-file.ts';
import { withIgnore } from '../settings/edit-ignore.ts';
import { loadLibrary, placingPlan, type Library } from '../library/policies-input.ts';
import { chooseRules, selectionOf } from '../library/scan-rules.ts';
import { suppressorOf } from '../library/ignore-input.ts';
import { fieldSettingsOf, ignorePlan } from '../run/settings-plan.ts';
import { changedConfig, shownPath } from '../settings/config-paths.ts';
import { namedIn, ownBaseline, textOfBaseline, withAccepted } from './known-findings-change.ts';
import { ownRulesFile } from './rules-files.ts';

/** A file as changes leave it; its path is absolute. */
export interface ChangedFile extends FileChange {
  /** As messages name it. */
  readonly name: string;
}

type Run = InvocationOf<'ui'>;
type Switch = Change & { readonly kind: 'policy' | 'rule' };

function libraryOf(run: Run): Promise<Library> {
  return loadLibrary(run, fieldSettingsOf(run), () => undefined);
}

/**
 * The rules and policies of a run, and the names of the rules that run.
 *
 * @param known the rules and policies where they are loaded already
 */
export async function runningRules(
  run: Run,
  known?: Library,
): Promise<{ readonly library: Library; readonly running: ReadonlySet<string> }> {
  const library = known ?? (await libraryOf(run));
  const fields = await fieldResolver(fieldSettingsOf(run), false);
  const chosen = chooseRules(library, selectionOf(run), placingPlan(run.settings), fields);
  return { library, running: new Set(chosen.rules.map(({ name }) => name)) };
}

/**
 * The files that changes change, with the texts that they would have: those first that the configuration names.
 * Nothing is written.
 *
 * @param run with files as they are on the disk
 * @throws KnownError when a file cannot be changed so
 */
export async function changeFiles(run: Run, changes: readonly Change[]): Promise<ChangedFile[]> {
  const files = new ChangedFiles(run);
  for (const change of changes) {
    if (change.kind === 'rules') files.setRules(change.file, change.text);
  }
  for (const change of changes) {
    if (change.kind === 'policy') await files.switchPolicy(change);
    else if (change.kind === 'rule') await files.switchRule(change);
    else if (change.kind === 'accept') files.accept(change);
    else if (change.kind === 'known') files.know(change);
  }
  return files.changed();
}

/** Looks at files before they are written. @throws KnownError when a run with them would not start */
export async function checkFiles(run: Run, files: readonly ChangedFile[]): Promise<void> {
  const next = await runWith(run, files);
  const { library } = await runningRules(next);
  const ignored = ignorePlan(next);
  if (ignored === undefined) return;
  await suppressorOf(ignored, library.ruleSet, fieldSettingsOf(next), () => undefined);
}

/** The run as it would be with these files. @throws KnownError when they are wrong */
export function runWith(run: Run, files: readonly ChangedFile[]): Promise<Run> {
  return run.again(new Map(files.map(({ path, after }) => [path, after])));
}

class ChangedFiles {
  readonly #run: Run;
  readonly #files = new Map<string, ChangedFile>();
  readonly #configs = new Set<string>();
  /** Rules and policies with the changes so far; undefined when they are to be loaded. */
  #library: Library | undefined;

  constructor(run: Run) {
    this.#run = run;
  }

  texts(): Map<string, string> {
    return new Map([...this.#files.values()].map(({ path, after }) => [path, after]));
  }

  changed(): ChangedFile[] {
    const isConfig = ({ path }: ChangedFile): number => Number(this.#configs.has(path));
    return [...this.#files.values()]
      .filter(({ before, after }) => before !== after)
      .toSorted((one, other) => isConfig(one) - isConfig(other));
  }

  setRules(name: string, text: string): void {
    const file = ownRulesFile(this.#run, name);
    const after = text === '' || text.endsWith('\n') ? text : `${text}\n`;
    this.#library = undefined;
    this.#files.set(file.path, {
      path: file.path,
      name: file.name,
      before: textOrEmpty(file.path, this.#run.terminal.cwd),
      after,
    });
    if (!file.isNew || file.of !== undefined) return;
    const config = this.#config(({ options }) => options.some(({ key }) => key === 'rules'));
    const place = relative(dirname(config.path), file.path);
    this.#set(config, addOptionValue(config.name, config.after, 'rules', place));
  }

  async switchPolicy({ name, on }: Switch): Promise<void> {
    const config = this.#config(({ policies }) => policies.length > 0);
    const library = await this.#loaded();
    const policy = library.members.find((each) => each.policy.name === name)?.policy;
    if (policy === undefined) throw new KnownError('usage', `no policy is called '${name}'`);
    if (policy.enabled === on) return;
    const isHere = policy.places.some((place) => place.startsWith(`${config.name}:`));
    if (policy.origin === 'user' && !isHere) {
      throw new KnownError(
        'usage',
        `'${name}' is not defined in ${config.name} but at ${policy.places.join(', ')}`,
        'change it there',
      );
    }
    this.#set(config, setPolicyEnabled(config.name, config.after, name, on));
    this.#library = undefined;
  }

  /** A rule is switched by its name, in the way that comes with the fewest words. */
  async switchRule({ name, on }: Switch): Promise<void> {
    const [own, other] = on
      ? (['enable-rule', 'disable-rule'] as const)
      : (['disable-rule', 'enable-rule'] as const);
    this.#requireConfigured();
    const config = this.#config(({ options }) =>
      options.some(({ key }) => key === own || key === other),
    );
    const without = removeOptionValue(config.name, config.after, other, name);
    const ways = name.includes('*')
      ? [config.after, without]
      : [config.after, without, addOptionValue(config.name, without, own, name)];
    const library = await this.#loaded();
    if (!library.ruleSet.rules.some((rule) => rule.name === name)) {
      throw new KnownError('usage', `no rule is called '${name}'`);
    }
    for (const text of ways) {
      const texts = new Map([...this.texts(), [config.path, text]]);
      const { running } = await runningRules(await this.#run.again(texts), library);
      if (running.has(name) === on) return this.#set(config, text);
    }
    throw new KnownError(
      'usage',
      `${config.name} cannot switch '${name}' ${on ? 'on' : 'off'}: other settings of this run decide it`,
      'k8s-audit config show',
    );
  }

  accept({ rule, condition, reason, expires }: Change & { readonly kind: 'accept' }): void {
    const config = this.#config(({ ignore }) => ignore.length > 0);
    const keys = [`rule: ${yamlText(rule)}`, `condition: ${yamlText(condition)}`];
    this.#set(config, withIgnore(config.name, config.after, { keys, reason, expires }));
  }

  /** Puts findings into the baseline; one that is made is named in the configuration. */
  know(change: Change & { readonly kind: 'known' }): void {
    const baseline = ownBaseline(this.#run);
    const { path, name } = baseline;
    const known = this.#files.get(path);
    const before = known?.before ?? textOfBaseline(this.#run, baseline);
    const after = withAccepted(name, known?.after ?? before, change);
    this.#set({ path, name, before, after, isPrivate: true }, after);
    if (!baseline.isNew || known !== undefined) return;
    const config = this.#config(() => false);
    const place = namedIn(config.path, baseline);
    this.#set(config, setOption(config.name, config.after, 'baseline', place));
  }

  async #loaded(): Promise<Library> {
    this.#library ??= await libraryOf(await this.#run.again(this.texts()));
    return this.#library;
  }

  /** Options of the command line take the place of those in files. */
  #requireConfigured(): void {
    for (const name of ['enableRule', 'disableRule'] as const) {
      const origin = this.#run.given.get(name)?.origin ?? '';
      if (!/^(?:-|K8S_AUDIT_)/.test(origin)) continue;
      throw new KnownError(
        'usage',
        `${origin} takes the place of what the configuration says`,
        'start k8s-audit ui without it to switch rules',
      );
    }
  }

  /** The configuration file that is changed for a section, as the changes before left it. */
  #config(has: (config: FoundConfig) => boolean): ChangedFile {
    const { config, settings, terminal } = this.#run;
    const path = changedConfig(settings.config, config.find(has)?.path, terminal);
    this.#configs.add(path);
    const known = this.#files.get(path);
    if (known !== undefined) return known;
    const before = textOrEmpty(path, terminal.cwd);
    return { path, name: shownPath(path, terminal.cwd), before, after: before };
  }

  #set(file: ChangedFile, after: string): void {
    this.#files.set(file.path, { ...file, after });
  }
}

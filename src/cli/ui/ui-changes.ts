import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { member, type JsonObject, type JsonValue } from '../../json/value.ts';
import { KnownError } from '../../util/errors.ts';
import { unifiedDiff } from '../../util/line-diff.ts';
import type { InvocationOf } from '../flags/command-options.ts';
import { changeFile, textOrEmpty } from '../library/edit-file.ts';
import { shownPath } from '../settings/config-paths.ts';
import { stampOf, type Answers } from '../queries/answers.ts';
import { shownText } from '../queries/shown-row.ts';
import { textAt } from './asked.ts';
import { readChanges } from './change.ts';
import {
  changeFiles,
  checkFiles,
  runningRules,
  runWith,
  type ChangedFile,
} from './changed-files.ts';
import { entriesOf, ownBaseline, readShown } from './known-findings-change.ts';
import { compareCounts, countFindings, type FindingCounts } from './finding-counts.ts';
import {
  checkRules,
  checkTests,
  editedFiles,
  ownRulesFile,
  rulesText,
  ruleTexts,
  testOf,
  testsOf,
  triedText,
} from './rules-files.ts';
import { settingsStamp } from './settings-stamp.ts';
import { runTests } from './tests-of-rules.ts';

type Run = InvocationOf<'ui'>;

/** Names of rules whose findings are asked for, whether they change or not. */
const MOST_WATCHED = 5000;

/**
 * What the page does beside asking: which policies and rules run, what changes of them do to the findings, the difference that
 * they make in files, and writing that. Files are looked at again each time.
 */
export class UiChanges {
  readonly #answers: Answers;
  readonly #paths: readonly string[];
  /** Signs differences that were shown: nothing else is written. */
  readonly #key = randomBytes(32);
  readonly #use: (run: Run) => void;
  #run: Run;
  #counted: { readonly of: string; readonly counts: FindingCounts } | undefined;

  /** @param use called with the run that changes have made, for all other questions */
  constructor(run: Run, answers: Answers, paths: readonly string[], use: (run: Run) => void) {
    this.#run = run;
    this.#answers = answers;
    this.#paths = paths;
    this.#use = use;
  }

  /** Answers a question by its name. @throws KnownError; undefined for an unknown name */
  async answer(
    name: string,
    asked: JsonObject,
    signal: AbortSignal,
  ): Promise<JsonValue | undefined> {
    switch (name) {
      case 'switches':
        return this.#switches();
      case 'effect':
        return this.#answers.inTurn(() => this.#effect(asked, signal));
      case 'diff':
        return this.#diff(asked);
      case 'write':
        return this.#write(asked);
      case 'rules-files':
        return editedFiles(await this.#now()).map(({ name: file, isNew, of }) => ({
          file,
          isNew,
          of: of === undefined ? null : shownPath(of, this.#run.terminal.cwd),
        }));
      case 'rules-text': {
        const run = await this.#now();
        return { text: rulesText(run, ownRulesFile(run, textAt(asked, 'file'))) };
      }
      case 'check': {
        const run = await this.#now();
        const { file, text, texts } = triedText(run, asked);
        const checked =
          file.of === undefined
            ? await checkRules(run, file, text)
            : await checkTests(run, file, texts);
        return checked as unknown as JsonValue;
      }
      case 'tests': {
        const run = await this.#now();
        const { file, texts } = triedText(run, asked);
        return (await runTests(run, testsOf(run, file), texts)) as unknown as JsonValue;
      }
      case 'test-of':
        return testOf(await this.#now(), asked);
      case 'baseline': {
        const { name: file, isNew } = ownBaseline(await this.#now());
        return { file, isNew };
      }
      case 'findings':
        return this.#answers.inTurn(() => this.#findings(asked, signal));
      case 'rule':
        return this.#rule(textAt(asked, 'name'));
      default:
        return undefined;
    }
  }

  /** The run with files as they are now. */
  async #now(): Promise<Run> {
    return this.#run.again(new Map());
  }

  async #switches(): Promise<JsonValue> {
    const { library, running } = await runningRules(await this.#now());
    return {
      policies: library.members.map(({ policy, rules }) => ({
        name: policy.name,
        on: policy.enabled,
        severity: policy.severity ?? '',
        description: policy.description,
        rules: rules.size,
        own: policy.origin === 'user',
      })),
      rules: library.ruleSet.rules.map((rule) => ({
        name: rule.name,
        on: running.has(rule.name),
        priority: rule.priority,
        description: rule.description,
        own: !library.isBundled(rule),
        policies: library.members
          .filter(({ rules }) => rules.has(rule.name))
          .map(({ policy }) => policy.name),
      })),
    };
  }

  async #effect(asked: JsonObject, signal: AbortSignal): Promise<JsonValue> {
    const run = await this.#now();
    const stamp = stampOf(this.#paths);
    const files = await changeFiles(run, readChanges(member(asked, 'changes')));
    const before = await this.#before(run, stamp, signal);
    const after =
      files.length === 0
        ? before
        : await countFindings(await runWith(run, files), this.#paths, signal);
    const effect = compareCounts(before, after);
    const watched = member(asked, 'watch');
    const names = (Array.isArray(watched) ? watched : []).slice(0, MOST_WATCHED);
    return {
      before: effect.before,
      after: effect.after,
      fewer: effect.fewer,
      more: effect.more,
      rules: effect.rules.map((each) => ({ ...each })),
      gone: effect.gone.map((each) => JSON.parse(shownText({ ...each })) as JsonValue),
      come: effect.come.map((each) => JSON.parse(shownText({ ...each })) as JsonValue),
      watched: names
        .filter((name) => typeof name === 'string')
        .map((rule) => ({ rule, findings: after.byRule.get(rule) ?? 0 })),
      // Events that come in between are counted with the changes only.
      grown: stampOf(this.#paths) !== stamp,
    };
  }

  /** The findings without changes: scanned once, as long as inputs and settings stay. */
  async #before(run: Run, stamp: string, signal: AbortSignal): Promise<FindingCounts> {
    const of = `${stamp} ${settingsStamp(run)}`;
    if (this.#counted?.of !== of) {
      this.#counted = { of, counts: await countFindings(run, this.#paths, signal) };
    }
    return this.#counted.counts;
  }

  async #diff(asked: JsonObject): Promise<JsonValue> {
    const files = await this.#wanted(asked);
    return {
      files: files.map(({ name, before, after }) => ({
        name,
        diff: unifiedDiff(before, after, before === '' ? '/dev/null' : name, name),
      })),
      stamp: this.#stamp(files),
    };
  }

  /** The files that changes make, if a run with them would start. */
  async #wanted(asked: JsonObject): Promise<ChangedFile[]> {
    const run = await this.#now();
    const files = await changeFiles(run, readChanges(member(asked, 'changes')));
    await checkFiles(run, files);
    return files;
  }

  async #write(asked: JsonObject): Promise<JsonValue> {
    const files = await this.#wanted(asked);
    const { terminal } = this.#run;
    const isShown = isSame(textAt(asked, 'stamp'), this.#stamp(files));
    // Between here and the writing nothing else happens in this process.
    const isAsBefore = files.every(
      ({ path, before }) => textOrEmpty(path, terminal.cwd) === before,
    );
    if (!isShown || !isAsBefore) {
      throw new KnownError(
        'usage',
        'nothing was written: this is not the difference that was shown',
        'a file has changed meanwhile; look at the difference again',
      );
    }
    for (const file of files) changeFile(file, false, terminal);
    this.#run = await this.#now();
    this.#use(this.#run);
    return { written: files.map(({ name }) => name) };
  }

  async #rule(name: string): Promise<JsonValue> {
    const { library } = await runningRules(await this.#now());
    const rule = library.ruleSet.rules.find((each) => each.name === name);
    if (rule === undefined) throw new KnownError('usage', `no rule is called '${name}'`);
    const { copy, override } = ruleTexts(rule);
    return { copy, override };
  }

  /** What a baseline would hold of findings that are shown. */
  async #findings(asked: JsonObject, signal: AbortSignal): Promise<JsonValue> {
    const entries = await entriesOf(await this.#now(), this.#paths, readShown(asked), signal);
    return { entries: entries as unknown as JsonValue };
  }

  #stamp(files: readonly ChangedFile[]): string {
    const text = JSON.stringify(files.map(({ path, before, after }) => [path, before, after]));
    return createHmac('sha256', this.#key).update(text).digest('hex');
  }
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

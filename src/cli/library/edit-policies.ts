import { addPolicy, deletePolicy, setPolicyEnabled } from '../../config/edit.ts';
import { readConfig } from '../../config/read-config.ts';
import { formatIssue, Issues } from '../../policies/issue.ts';
import { policyMembers } from '../../policies/members.ts';
import type { Policy } from '../../policies/policy.ts';
import { resolvePolicies } from '../../policies/resolve.ts';
import { KnownError } from '../../util/errors.ts';
import { didYouMean } from '../../util/suggest.ts';
import type { Invocation } from '../flags/command.ts';
import { changedConfig, shownPath } from '../settings/config-paths.ts';
import { changeFile, textOrEmpty } from './edit-file.ts';
import { OPTION_KEYS } from '../flags/option-keys.ts';
import { bundledPolicies, ruleIdentities, type Library } from './policies-input.ts';

type EditOption = 'config' | 'defaultRules';

/** The file with the policies of a project, and how to change it. */
export class PolicyFile {
  readonly path: string;
  readonly name: string;
  readonly #invocation: Invocation<EditOption>;
  readonly #library: Library;
  readonly #before: string;
  #text: string;

  constructor(invocation: Invocation<EditOption>, library: Library) {
    const { config, settings, terminal } = invocation;
    const inEffect = config.find(({ policies }) => policies.length > 0)?.path;
    this.path = changedConfig(settings.config, inEffect, terminal);
    this.name = shownPath(this.path, terminal.cwd);
    this.#invocation = invocation;
    this.#library = library;
    this.#before = textOrEmpty(this.path, terminal.cwd);
    this.#text = this.#before;
  }

  /** The policy of a name. @throws KnownError when there is none */
  find(name: string): Policy {
    const policies = this.#library.members.map(({ policy }) => policy);
    const found = policies.find((policy) => policy.name === name);
    if (found !== undefined) return found;
    const names = policies.map((policy) => policy.name);
    const hint = didYouMean(name, names) ?? `policies: ${names.join(', ')}`;
    throw new KnownError('usage', `no policy is called '${name}'`, hint);
  }

  enable(name: string, on: boolean): void {
    this.#requireHere(this.find(name));
    this.#text = setPolicyEnabled(this.name, this.#text, name, on);
  }

  add(lines: readonly string[]): void {
    this.#text = addPolicy(this.name, this.#text, lines);
  }

  delete(name: string): void {
    const policy = this.find(name);
    if (policy.origin !== 'user') {
      throw new KnownError(
        'usage',
        `'${name}' comes with the program and cannot be deleted`,
        `k8s-audit policies disable '${name}'`,
      );
    }
    this.#requireHere(policy);
    this.#text = deletePolicy(this.name, this.#text, name);
  }

  /**
   * Checks the changed file and writes it, or prints the difference.
   *
   * @returns true when it was written
   * @throws KnownError when the change would leave a wrong file
   */
  save(dryRun: boolean): boolean {
    this.#check();
    const change = { path: this.path, before: this.#before, after: this.#text };
    return changeFile(change, dryRun, this.#invocation.terminal);
  }

  /** A policy of another file is changed there. */
  #requireHere(policy: Policy): void {
    if (policy.origin !== 'user') return;
    if (policy.places.some((place) => place.startsWith(`${this.name}:`))) return;
    throw new KnownError(
      'usage',
      `'${policy.name}' is not defined in ${this.name} but at ${policy.places.join(', ')}`,
      'change it there',
    );
  }

  #check(): void {
    const issues = new Issues();
    const { policies } = readConfig({ name: this.name, text: this.#text }, OPTION_KEYS, issues);
    const resolved = resolvePolicies(bundledPolicies(), policies, issues);
    const { defaultRules } = this.#invocation.settings;
    const identities = ruleIdentities(this.#library.ruleSet.rules, defaultRules);
    policyMembers(resolved, identities, defaultRules, issues);
    if (issues.errors.length === 0) return;
    const texts = issues.errors.map(formatIssue);
    throw new KnownError('config', `this would leave a wrong file\n${texts.join('\n')}`);
  }
}

// Room policies: which rules run where, how grave their findings are, and which requests nobody looks at.
// Door: policy.ts (what one is), read-policies.ts, resolve.ts (bundled and own merged), placement.ts (by rule).
// Neighbours: uses rules by name, and yaml; engine asks placements, config and cli read the files.
// Inside: resource/ has the webhook's resource rules, ignore.ts entries that drop findings, issue.ts remarks on files.

import type { YamlNode } from '../yaml/yaml-node.ts';
import type { Severity } from './severity.ts';

/** Name of the policy of user's rules that no other policy holds. */
export const CUSTOM_RULES = 'Custom Rules';

/** Whether a text that stands for policies is the path of a file of them, rather than the name of one. */
export function isPolicyFile(text: string): boolean {
  return /\.ya?ml$/.test(text);
}

/** Names, with globs, that one part of a scope lets in or keeps out. */
export interface ScopePart {
  /** Empty when everything is let in. */
  readonly in: readonly string[];
  readonly notIn: readonly string[];
}

/** Where a policy applies. */
export interface PolicyScope {
  readonly clusters: ScopePart;
  readonly namespaces: ScopePart;
}

/** One line of a policy's `rules`: which rules it is about, and whether they are on. */
export interface RuleEntry {
  /** A rule's name or a glob (`*` stands for any text), or a tag. */
  readonly by: 'name' | 'tag';
  readonly pattern: string;
  readonly enabled: boolean;
  /** True when `enabled` was written: then it also switches on a rule that its file has off. */
  readonly explicit: boolean;
  /** True for entries of bundled policies: they reach bundled rules only. */
  readonly bundled: boolean;
  readonly node: YamlNode;
}

/** A policy as one file writes it; undefined where the file says nothing. */
export interface PolicyDefinition {
  readonly name: string;
  readonly extends: string | undefined;
  readonly description: string | undefined;
  readonly enabled: boolean | undefined;
  readonly severity: Severity | undefined;
  readonly scope: PolicyScope | undefined;
  readonly rules: readonly RuleEntry[] | undefined;
  readonly runbook: string | undefined;
  /** Its file and line. */
  readonly place: string;
  /** The keys it has, with their nodes, for messages. */
  readonly keys: ReadonlyMap<string, YamlNode>;
  readonly node: YamlNode;
}

/** A policy with everything it inherits in place. */
export interface Policy {
  readonly name: string;
  readonly description: string;
  readonly enabled: boolean;
  /** Undefined for Custom Rules: each rule has its own severity. */
  readonly severity: Severity | undefined;
  readonly scope: PolicyScope | undefined;
  /** Entries in order: the last one that matches a rule decides. */
  readonly entries: readonly RuleEntry[];
  readonly runbook: string | undefined;
  readonly origin: 'bundled' | 'user' | 'implicit';
  readonly extends: string | undefined;
  /** True when a user's file switches the policy on or off. */
  readonly decided: boolean;
  /** Files that define or change it, with line, in order. */
  readonly places: readonly string[];
  readonly node: YamlNode | undefined;
}

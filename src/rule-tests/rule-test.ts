// Room rule-tests: tests of rules in YAML: events built, expectations judged, results reported.
// Door: rule-test.ts (what a test is), read-tests.ts, judge-test.ts, test-report.ts.
// Neighbours: uses rules, engine and outputs; cli/library/test-runner.ts reads files and runs them.
// Inside: build-event.ts makes an event from another with changes.

import type { JsonObject, JsonValue } from '../json/value.ts';
import type { PolicyDefinition } from '../policies/policy.ts';
import type { YamlNode } from '../yaml/yaml-node.ts';
import type { TestEvent } from './build-event.ts';

/** How often a rule must fire over all events of a test, and with what. */
export interface Expectation {
  readonly rule: string;
  readonly min: number;
  /** Undefined: any number. */
  readonly max: number | undefined;
  /** Output fields of the first finding. */
  readonly fields: JsonObject;
  /** Severity of the first finding. */
  readonly severity: JsonValue | undefined;
  /** Policies of the first finding. */
  readonly policies: JsonValue | undefined;
}

/** The rules that a test loads. */
export interface TestRules {
  readonly defaultRules: boolean;
  /** Rules files, as the test file names them, and where it is. */
  readonly files: readonly string[];
  /** YAML text of rules loaded after the others; empty for none. */
  readonly inline: string;
  /** Undefined: every enabled rule runs, whatever policies say. */
  readonly policies: readonly PolicyDefinition[] | undefined;
}

/** One test in its general form. */
export interface RuleTest {
  readonly name: string;
  readonly events: readonly TestEvent[];
  /** Logs that are evaluated after the events; paths as the test file names them. */
  readonly logs: readonly string[];
  readonly expect: readonly Expectation[];
  /** Rules that are judged; undefined means all. */
  readonly about: readonly string[] | undefined;
  readonly rules: TestRules;
  /** Position of the test: `file:line`. */
  readonly place: string;
  /** Names of rules it mentions, with their nodes, for messages. */
  readonly mentions: readonly { readonly rule: string; readonly node: YamlNode }[];
}

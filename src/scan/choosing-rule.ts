import type { Condition } from '../condition/condition.ts';
import type { Template } from '../condition/template.ts';
import type { Rule } from '../rules/rule.ts';

const NO_MESSAGE: Template = { uses: [], values: [], render: () => '', print: () => '' };

/** A rule that chooses events: engines reject events for it as for any other. It finds nothing that people are shown. */
export function choosingRule(name: string, condition: Condition): Rule {
  return {
    id: undefined,
    severity: undefined,
    notes: { falsePositives: [], checks: [], references: [] },
    name,
    description: 'events that a command asks for',
    priority: 'Debug',
    source: 'k8s_audit',
    tags: [],
    enabled: true,
    condition,
    message: NO_MESSAGE,
    conditionText: '',
    tree: { kind: 'and', children: [], span: { start: 0, end: 0 } },
    outputText: '',
    exceptions: [],
    macros: [],
    lists: [],
    evidenceFields: [],
    evidence: undefined,
    fields: [],
    files: [],
    file: '',
    line: 0,
  };
}

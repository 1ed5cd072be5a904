import { describe, expect, it } from 'vitest';
import { loadPolicies } from './load.ts';

describe('policies of a user', () => {
  it('take rules by name, glob and tag; the last entry that matches decides', () => {
    const { on, messages } = loadPolicies(`
- name: Team
  severity: high
  rules: [Secret A, 'Pod *', {tag: pod}, {name: Pod B, enabled: false}]
`);
    expect(on('Team')).toEqual(['Pod A', 'Secret A', 'Mine']);
    expect(messages).toEqual([]);
  });

  it('inherit rules, severity and runbook from a bundled one, and add to them', () => {
    const { policies, on } = loadPolicies(`
- name: Team
  extends: Base
  rules: [{name: Pod A, enabled: false}, Mine]
`);
    expect(on('Team')).toEqual(['Pod B', 'Secret A', 'Mine']);
    expect(policies.find(({ name }) => name === 'Team')).toMatchObject({
      severity: 'medium',
      runbook: 'https://example.com/b',
      origin: 'user',
      enabled: true,
    });
  });

  it('win over what they inherit', () => {
    const { policies } = loadPolicies('- {name: Team, extends: Base, severity: 7, enabled: false}');
    expect(policies.find(({ name }) => name === 'Team')).toMatchObject({
      severity: 'info',
      enabled: false,
    });
  });

  it('of a later file replace those of the same name', () => {
    const text = '- {name: Base, enabled: false}';
    expect(loadPolicies(text).policies.find(({ name }) => name === 'Base')).toMatchObject({
      enabled: false,
      decided: true,
    });
  });

  it.each([
    ['no name', '- {severity: high}', 'error: a policy needs a name'],
    [
      'two of a name',
      '- {name: T, severity: low, rules: []}\n- {name: T}',
      "error: policy 'T' is defined twice",
    ],
    ['no severity', '- {name: T, rules: []}', "error: policy 'T' needs a severity"],
    [
      'no rules',
      '- {name: T, severity: low}',
      "error: policy 'T' needs rules, or a policy that it extends",
    ],
    [
      'a wrong severity',
      '- {name: T, severity: 8, rules: []}',
      "error: policy 'T': severity must be high, medium, low, info or a number from 0 to 7",
    ],
    [
      'a wrong switch',
      '- {name: T, enabled: yes, severity: low, rules: []}',
      "error: policy 'T': enabled must be true or false",
    ],
    [
      'an unknown base',
      '- {name: T, extends: Bose}',
      "error: policy 'T': extends: no bundled policy is called 'Bose'",
    ],
    [
      'an unknown rule',
      '- {name: T, severity: low, rules: [Pod C]}',
      "error: policy 'T': no rule is called 'Pod C'",
    ],
    [
      'a glob without a match',
      "- {name: T, severity: low, rules: ['X*']}",
      "warning: policy 'T': no rule is called 'X*'",
    ],
    [
      'an unknown tag',
      '- {name: T, severity: low, rules: [{tag: x}]}',
      "warning: policy 'T': no rule has the tag 'x'",
    ],
    [
      'an unknown key',
      '- {name: T, severity: low, rules: [], scop: {}}',
      "warning: policy 'T': unknown key 'scop'",
    ],
    [
      'a runbook that is no URL',
      '- {name: T, severity: low, rules: [], runbook: wiki}',
      "error: policy 'T': runbook must be a URL (http or https)",
    ],
    [
      'an entry of both kinds',
      '- {name: T, severity: low, rules: [{name: a, tag: b}]}',
      "error: policy 'T': rules: an entry needs either name or tag",
    ],
    ['text instead of policies', 'policies: text', 'error: policies must be a list'],
    ['another document', 'severity: high', 'error: no policies here'],
    ['broken YAML', 'policies: [', 'error: this is no YAML'],
  ])('with %s are told so', (_what, text, message) => {
    expect(loadPolicies(text).messages.join('\n')).toContain(message);
  });

  it('are shown with the place and the nearest name', () => {
    const { issues } = loadPolicies('- name: T\n  severity: low\n  rules:\n    - Pod AA\n');
    expect(issues.list).toMatchObject([
      { file: 'user.yaml', line: 4, column: 7, hint: "did you mean 'Pod A' or 'Pod B'?" },
    ]);
  });

  it('may name rules that are not loaded when the bundled rules are left out', () => {
    const { messages } = loadPolicies('- {name: T, severity: low, rules: [Pod C]}', false);
    expect(messages).toEqual(["warning: policy 'T': no rule is called 'Pod C'"]);
  });
});

describe('a bundled policy under its own name', () => {
  it('changes its switch, scope, runbook and single rules', () => {
    const { on, policies, messages } = loadPolicies(`
- name: Base
  scope: {namespaces: [shop]}
  runbook: https://example.com/own
  rules: [{name: Pod A, enabled: false}]
`);
    expect(messages).toEqual([]);
    expect(on('Base')).toEqual(['Pod B', 'Secret A']);
    expect(policies[0]).toMatchObject({ severity: 'medium', runbook: 'https://example.com/own' });
  });

  it.each([
    [
      'severity: high',
      "error: policy 'Base' is bundled: only enabled, scope, runbook and single rules can change",
    ],
    [
      'rules: [Loose]',
      "error: policy 'Base' does not hold 'Loose', and rules cannot be added to it",
    ],
    ['rules: [Mine]', "error: policy 'Base' does not hold 'Mine', and rules cannot be added to it"],
  ])('refuses %s and proposes extends', (line, message) => {
    const { messages, issues } = loadPolicies(`- {name: Base, ${line}}`);
    expect(messages).toEqual([message]);
    expect(issues.list[0]?.hint).toBe('give your policy another name, with extends: Base');
  });
});

describe('Custom Rules', () => {
  it("holds a user's rules that no other policy holds, and no bundled ones", () => {
    expect(loadPolicies('').on('Custom Rules')).toEqual(['Mine']);
    expect(loadPolicies('- {name: T, severity: low, rules: [Mine]}').on('Custom Rules')).toEqual(
      [],
    );
  });

  it('leaves a rule to a policy that is off', () => {
    const text = '- {name: T, severity: low, enabled: false, rules: [Mine]}';
    expect(loadPolicies(text).on('Custom Rules')).toEqual([]);
  });

  it('can be switched off and scoped, not rated', () => {
    expect(loadPolicies('- {name: Custom Rules, enabled: false}').messages).toEqual([]);
    expect(loadPolicies('- {name: Custom Rules, severity: high}').messages).toHaveLength(1);
  });
});

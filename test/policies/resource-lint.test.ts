import { describe, expect, it } from 'vitest';
import { parseDocument } from '../../src/config/parse-document.ts';
import { Issues } from '../../src/policies/issue.ts';
import { lintResourceRules } from '../../src/policies/resource/resource-lint.ts';
import { readResourceRules } from '../../src/policies/resource/resource-rules.ts';

function lint(text: string, mode: 'filter' | 'admission' = 'filter'): Issues {
  const issues = new Issues();
  const document = parseDocument({ name: 'rules.yaml', text }, issues)!;
  lintResourceRules(readResourceRules([document], issues)!, mode, issues);
  return issues;
}

function rule(parts: Record<string, string>): string {
  const all = {
    apiGroups: '[""]',
    apiVersions: '["*"]',
    operations: '["*"]',
    resources: '[pods]',
    ...parts,
  };
  const entries = Object.entries(all).filter(([, value]) => value !== '');
  return `- {${entries.map(([key, value]) => `${key}: ${value}`).join(', ')}}`;
}

describe('resource rules are warned of', () => {
  it.each([
    [{ scope: 'Namespace' }, "unknown scope 'Namespace': this rule matches nothing"],
    [{ operations: '[create]' }, "unknown operation 'create': it matches nothing"],
    [{ operations: '[READ]' }, "unknown operation 'READ': it matches nothing"],
    [{ apiGroups: '["*", apps]' }, "apiGroups: '*' covers the others; Kubernetes wants it alone"],
    [{ resources: '["*/*", pods]' }, "'*/*' covers 'pods' already"],
    [{ resources: '["pods/*", pods/exec]' }, "'pods/*' covers 'pods/exec' already"],
    [{ resources: '["*", pods]' }, "'*' covers 'pods' already"],
    [{ apiGroups: '' }, 'apiGroups is empty: this rule matches nothing'],
    [{ operations: '[]' }, 'operations is empty: this rule matches nothing'],
    [
      { operations: '[CONNECT]' },
      "'pods' does not cover exec, attach and port-forward, which are what CONNECT is for",
    ],
    [
      { resources: '[pods/exec/x]' },
      "'pods/exec/x' matches nothing: resources are pods, pods/exec or pods/*",
    ],
    [{ resources: '[/exec]' }, "'/exec' matches nothing: resources are pods, pods/exec or pods/*"],
    [{ apiGroups: '[core]' }, "no API group is called 'core'"],
    [{ apiGroups: '[apps/v1]', resources: '["*"]' }, "'apps/v1' is a group with a version"],
    [{ apiGroups: '[apps]' }, 'pods are not in these API groups'],
    [{ resources: '[pod]' }, "no resource is called 'pod'"],
    [{ resources: '[NetworkPolicy]' }, "no resource is called 'NetworkPolicy'"],
    [{ resources: '[secrest]' }, "no resource of these groups is called 'secrest'"],
  ])('%j', (parts, message) => {
    expect(lint(rule(parts)).list.map((issue) => issue.message)).toContain(message);
  });

  it('with the place and what to write instead', () => {
    expect(lint(rule({ resources: '[configmaps, pod]' })).list).toMatchObject([
      { severity: 'warning', line: 1, hint: 'write pods' },
    ]);
  });

  it('when an earlier rule covers a later one', () => {
    const text = `${rule({ resources: '["*/*"]', apiGroups: '["*"]' })}\n${rule({})}`;
    expect(lint(text).list).toMatchObject([
      { line: 2, message: 'rule 1 covers everything that this one does' },
    ]);
  });

  it('when admission never sees their objects', () => {
    const text = rule({ apiGroups: '[admissionregistration.k8s.io]', resources: '["*/*"]' });
    expect(lint(text, 'admission').list).toHaveLength(1);
    expect(lint(text).list).toEqual([]);
  });
});

it('resource rules as they should be have no warning, custom resources included', () => {
  const fine = [
    rule({ resources: '["pods/*", configmaps]' }),
    rule({ apiGroups: '[example.com]', resources: '[widgets]' }),
  ];
  expect(lint(fine.join('\n')).list).toEqual([]);
});

it('unknown keys of a rule are told with the nearest one', () => {
  expect(lint(rule({ resource: '[pods]' })).list).toMatchObject([
    { message: "resource rule: unknown key 'resource'", hint: "did you mean 'resources'?" },
  ]);
});

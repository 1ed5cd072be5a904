import { describe, expect, it } from 'vitest';
import { addPolicy, deletePolicy, setPolicyEnabled } from '../../src/config/edit.ts';

const FILE = `# Rules of the shop team.
min-severity: low # not the noise

policies:
  # Everything but sandboxes.
  - name: Team
    extends: K8s Notable Events
    enabled: true # since May
    rules:
      - {name: Create NodePort Service, enabled: false}
  # A second one.
  - name: "K8s Activity Logs"
    scope: {namespaces: [a]}

# What we accept.
ignore: []
`;

describe('setting a policy on or off', () => {
  it('changes the value alone', () => {
    expect(setPolicyEnabled('f', FILE, 'Team', false)).toBe(
      FILE.replace('enabled: true #', 'enabled: false #'),
    );
  });

  it('adds the key where it is missing', () => {
    expect(setPolicyEnabled('f', FILE, 'K8s Activity Logs', true)).toBe(
      FILE.replace('"K8s Activity Logs"\n', '"K8s Activity Logs"\n    enabled: true\n'),
    );
  });

  it('adds the policy where it is missing, behind the last', () => {
    expect(setPolicyEnabled('f', FILE, 'K8s Notable Events', false)).toBe(
      FILE.replace(
        '{namespaces: [a]}\n',
        '{namespaces: [a]}\n  - name: K8s Notable Events\n    enabled: false\n',
      ),
    );
  });

  it.each([
    ['', 'policies:\n  - name: A\n    enabled: true\n'],
    ['# only a comment\n', '# only a comment\n\npolicies:\n  - name: A\n    enabled: true\n'],
    ['strict: true', 'strict: true\n\npolicies:\n  - name: A\n    enabled: true\n'],
    ['policies: []\nstrict: true\n', 'policies:\n  - name: A\n    enabled: true\nstrict: true\n'],
    ['policies:\nstrict: true\n', 'policies:\n  - name: A\n    enabled: true\nstrict: true\n'],
    [
      'policies: [] # none\nstrict: true\n',
      'policies: # none\n  - name: A\n    enabled: true\nstrict: true\n',
    ],
    ['policies:\n- name: B\n', 'policies:\n- name: B\n- name: A\n  enabled: true\n'],
    ['policies:\n  - {name: A}\n', 'policies:\n  - {name: A, enabled: true}\n'],
    ['policies:\n  - {name: "A", enabled: false}\n', 'policies:\n  - {name: "A", enabled: true}\n'],
    [
      'policies:\n  - description: |\n      two\n      lines\n    name: A',
      'policies:\n  - description: |\n      two\n      lines\n    name: A\n    enabled: true\n',
    ],
  ])('works on %j', (before, after) => {
    expect(setPolicyEnabled('f', before, 'A', true)).toBe(after);
  });

  it.each([
    ['policies: [{name: B}]\n'],
    ['- a list\n'],
    ['a: 1\n---\nb: 2\n'],
    ['policies: text\n'],
  ])('refuses %j', (text) => {
    expect(() => setPolicyEnabled('f', text, 'A', true)).toThrow('cannot change');
  });

  it('says where YAML is broken', () => {
    expect(() => setPolicyEnabled('f.yaml', 'a: [', 'A', true)).toThrow('f.yaml is no YAML');
  });
});

describe('adding and deleting', () => {
  it('are each other’s reverse', () => {
    const added = addPolicy('f', FILE, ['name: New', 'severity: high', 'rules: [My Rule]']);
    expect(added).toContain('  - name: New\n    severity: high\n    rules: [My Rule]\n\n# What');
    expect(deletePolicy('f', added, 'New')).toBe(FILE);
  });

  it('keeps the comments around a deleted policy', () => {
    const left = deletePolicy('f', FILE, 'Team');
    expect(left).toContain('  # Everything but sandboxes.\n  # A second one.\n  - name: "K8s');
  });

  it('leaves an empty list behind the last policy', () => {
    expect(
      deletePolicy('f', 'policies:\n  - name: A\n    rules:\n      - x\nstrict: true\n', 'A'),
    ).toBe('policies:\nstrict: true\n');
  });

  it('refuses to delete what is not there', () => {
    expect(() => deletePolicy('f', FILE, 'Nobody')).toThrow('cannot change');
  });
});

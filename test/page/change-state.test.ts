import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as changes from '../../src/page/live/change-state.ts';
import * as editor from '../../src/page/live/editor-state.ts';
import { escapePage } from '../../src/outputs/encode/escape.ts';

/** Answers of the server by path; a text is an error that it names. */
let answers: Record<string, unknown>;
let questions: { readonly path: string; readonly body: unknown }[];

const NO_CHANGE = { before: 3, after: 3, fewer: 0, more: 0, rules: [], gone: [], come: [] };
const SWITCHES = {
  policies: [{ name: 'P', on: true, severity: 'high', description: '', rules: 2 }],
  rules: [{ name: 'R', on: true, priority: 'Notice', description: '', own: false, policies: [] }],
};

beforeEach(() => {
  questions = [];
  answers = { '/change/switches': SWITCHES, '/change/effect': NO_CHANGE };
  vi.stubGlobal('fetch', (path: string, { body, signal }: RequestInit) => {
    questions.push({ path, body: JSON.parse(body as string) });
    const answer = answers[path];
    const isProblem = typeof answer === 'string';
    const response = { ok: !isProblem, text: () => Promise.resolve(textOf(answer)) };
    return new Promise((resolve, reject) => {
      signal?.addEventListener('abort', () => reject(new Error('aborted')));
      setTimeout(() => resolve(response), 5);
    });
  });
});
afterEach(async () => {
  changes.setPending([]);
  await settled();
  vi.unstubAllGlobals();
});

function textOf(answer: unknown): string {
  return typeof answer === 'string' ? `${answer}\n` : JSON.stringify(answer);
}

const settled = (): Promise<void> =>
  vi.waitFor(() => expect(changes.isCounting.value).toBe(false), { timeout: 10_000 });
const asked = (path: string): unknown[] =>
  questions.filter((each) => each.path === path).map(({ body }) => body);

describe('changes that are not written', () => {
  it('are those that differ from what is, and their effect is asked once for several', async () => {
    await changes.loadSwitches();
    changes.toggle('rule', 'R', false, true);
    changes.toggle('policy', 'P', false, true);
    expect(changes.isOn('rule', 'R', true)).toBe(false);
    expect(changes.isOn('rule', 'Other', true)).toBe(true);
    changes.toggle('policy', 'P', true, true);
    expect(changes.pending.value).toEqual([{ kind: 'rule', name: 'R', on: false }]);
    await settled();
    expect(asked('/change/effect')).toEqual([
      { changes: [{ kind: 'rule', name: 'R', on: false }], watch: ['R'] },
    ]);
    expect(changes.effect.value).toEqual(NO_CHANGE);
  });

  it('have no effect to show when the server finds them wrong, in text that steers nothing', async () => {
    answers['/change/effect'] = 'no such rule \u202e';
    changes.toggle('rule', 'R', false, true);
    await settled();
    expect(changes.effect.value).toBeUndefined();
    expect(changes.changeProblem.value).toBe(escapePage('no such rule \u202e'));
    expect(changes.changeProblem.value).not.toContain('\u202e');
  });

  it('are shown as a difference, written with its stamp, and gone then', async () => {
    const shown = { files: [{ name: 'k8s-audit.yaml', diff: '+ R' }], stamp: 's1' };
    answers['/change/diff'] = shown;
    answers['/change/write'] = { written: ['k8s-audit.yaml'] };
    await changes.writeDifference();
    expect(asked('/change/write')).toEqual([]);
    changes.toggle('rule', 'R', false, true);
    await changes.showDifference();
    expect(changes.difference.value).toEqual(shown);
    const before = changes.writes.value;
    const { value: made } = changes.pending;
    await changes.writeDifference();
    expect(asked('/change/write')).toEqual([{ changes: made, stamp: 's1' }]);
    expect([changes.pending.value, changes.difference.value]).toEqual([[], undefined]);
    expect(changes.written.value).toBe('k8s-audit.yaml written');
    expect(changes.writes.value).toBe(before + 1);
  });

  it('stay when they could not be written, and the difference must be looked at again', async () => {
    answers['/change/diff'] = { files: [], stamp: 's2' };
    answers['/change/write'] = 'the file has changed';
    changes.toggle('rule', 'R', false, true);
    await changes.showDifference();
    await changes.writeDifference();
    expect(changes.pending.value).toHaveLength(1);
    expect(changes.difference.value).toBeUndefined();
    expect(changes.changeProblem.value).toBe('the file has changed');
  });

  it('that came after the question have another difference', async () => {
    answers['/change/diff'] = { files: [], stamp: 's3' };
    changes.toggle('rule', 'R', false, true);
    const shown = changes.showDifference();
    changes.toggle('policy', 'P', false, true);
    await shown;
    expect(changes.difference.value).toBeUndefined();
  });
});

describe('the editor of rules', () => {
  const checked = (line?: number): unknown => ({
    diagnostics:
      line === undefined ? [] : [{ severity: 'error', line, column: 1, text: 'no such field' }],
    rules: ['Mine'],
  });

  beforeEach(async () => {
    answers['/change/rules-files'] = [{ file: 'mine.yaml', isNew: false }];
    answers['/change/rules-text'] = { text: '- rule: Mine\n' };
    answers['/change/rule'] = { copy: '- rule: Copied\n', override: '- rule: Changed\n' };
    answers['/change/check'] = checked();
    editor.file.value = '';
    await editor.loadFiles();
  });
  const typed = async (text: string): Promise<void> => {
    editor.write(text);
    expect(editor.isChecking.value).toBe(true);
    await vi.waitFor(() => expect(editor.isChecking.value).toBe(false), { timeout: 10_000 });
  };

  it('opens the first file, and what is typed and right is a change', async () => {
    expect([editor.file.value, editor.text.value]).toEqual(['mine.yaml', '- rule: Mine\n']);
    expect(changes.pending.value).toEqual([]);
    await typed('- rule: Mine too\n');
    expect(editor.rules.value).toEqual(['Mine']);
    expect(changes.pending.value).toEqual([
      { kind: 'rules', file: 'mine.yaml', text: '- rule: Mine too\n' },
    ]);
    await editor.openFile('mine.yaml');
    expect(editor.text.value).toBe('- rule: Mine too\n');
    await typed('- rule: Mine\n');
    expect(changes.pending.value).toEqual([]);
  });

  it('takes no text with an error among the changes', async () => {
    answers['/change/check'] = checked(2);
    await typed('- rule: [\n');
    expect(editor.diagnostics.value).toMatchObject([{ line: 2, text: 'no such field' }]);
    expect(changes.pending.value).toEqual([]);
  });

  it('adds a rule behind what is there, and tells what the server says is wrong', async () => {
    await editor.addRule('Bundled', 'override');
    expect(editor.text.value).toBe('- rule: Mine\n\n- rule: Changed\n');
    answers['/change/rule'] = 'no rule of this name';
    await editor.addRule('Bundled', 'copy');
    expect(editor.editorProblem.value).toBe('no rule of this name');
    answers['/change/rules-text'] = 'not there';
    await editor.openFile('gone.yaml');
    expect([editor.editorProblem.value, editor.file.value]).toEqual(['not there', 'mine.yaml']);
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as changes from '../../src/page/live/change-state.ts';
import * as additions from '../../src/page/live/editor-additions.ts';
import * as editor from '../../src/page/live/editor-state.ts';
import * as tests from '../../src/page/live/tests-state.ts';
import { fakeServer, type FakeServer } from './fake-server.ts';

const NO_CHANGE = { before: 3, after: 3, fewer: 0, more: 0, rules: [], gone: [], come: [] };
const SAVED = '- rule: Mine\n';

let server: FakeServer;
/** Files that no test before has opened. */
let mine: string;
let other: string;
let round = 0;

const checked = (line?: number): unknown => ({
  diagnostics:
    line === undefined ? [] : [{ severity: 'error', line, column: 1, text: 'no such field' }],
  rules: ['Mine'],
});

beforeEach(async () => {
  server = fakeServer();
  [mine, other] = [`mine-${++round}.yaml`, `other-${round}.yaml`];
  Object.assign(server.answers, {
    '/change/switches': { policies: [], rules: [] },
    '/change/effect': NO_CHANGE,
    '/change/rules-files': [
      { file: mine, isNew: false, of: null },
      { file: other, isNew: false, of: mine },
    ],
    '/change/rules-text': { text: SAVED },
    '/change/rule': { copy: '- rule: Copied\n', override: '- rule: Changed\n' },
    '/change/check': checked(),
  });
  vi.stubGlobal('fetch', server.fetch);
  await editor.loadFiles();
});
const quiet = (): Promise<void> =>
  vi.waitFor(() => expect(editor.isChecking.value).toBe(false), { timeout: 10_000 });
const counted = (): Promise<void> =>
  vi.waitFor(() => expect(changes.isCounting.value).toBe(false), { timeout: 10_000 });

afterEach(async () => {
  await quiet();
  changes.setPending([]);
  await counted();
  vi.unstubAllGlobals();
});

const typed = async (text: string): Promise<void> => {
  editor.write(text);
  expect(editor.isChecking.value).toBe(true);
  await quiet();
};
const change = (file: string, text: string): unknown => ({ kind: 'rules', file, text });

describe('the editor of rules', () => {
  it('opens the first file, and what is typed and right is a change', async () => {
    expect([editor.file.value, editor.text.value]).toEqual([mine, SAVED]);
    expect(changes.pending.value).toEqual([]);
    await typed('- rule: Mine too\n');
    expect(editor.rules.value).toEqual(['Mine']);
    expect(changes.pending.value).toEqual([change(mine, '- rule: Mine too\n')]);
    await editor.openFile(mine);
    expect(editor.text.value).toBe('- rule: Mine too\n');
    await typed(SAVED);
    expect(changes.pending.value).toEqual([]);
  });

  it('takes no text with an error among the changes, and keeps it for later', async () => {
    server.answers['/change/check'] = checked(2);
    await typed('- rule: [\n');
    expect(editor.diagnostics.value).toMatchObject([{ line: 2, text: 'no such field' }]);
    expect(changes.pending.value).toEqual([]);
    await editor.openFile(other);
    expect(editor.text.value).toBe(SAVED);
    expect(editor.isTextUnwritten()).toBe(true);
    await editor.openFile(mine);
    expect(editor.text.value).toBe('- rule: [\n');
    await typed(SAVED);
    expect(editor.isTextUnwritten()).toBe(false);
  });

  it('adds a rule behind what is there, and tells what the server says is wrong', async () => {
    await additions.addRule('Bundled', 'override');
    expect(editor.text.value).toBe('- rule: Mine\n\n- rule: Changed\n');
    server.answers['/change/rule'] = 'no rule of this name';
    await additions.addRule('Bundled', 'copy');
    expect(editor.editorProblem.value).toBe('no rule of this name');
    server.answers['/change/rules-text'] = 'not there';
    await editor.openFile('gone.yaml');
    expect([editor.editorProblem.value, editor.file.value]).toEqual(['not there', mine]);
    expect(editor.isOpen.value).toBe(true);
  });

  it('says when a text was taken out of the changes, and tries it again', async () => {
    await typed('- rule: Mine too\n');
    expect(editor.isLeftOut.value).toBe(false);
    changes.setPending([]);
    expect(editor.isLeftOut.value).toBe(true);
    await editor.openFile(mine);
    expect(changes.pending.value).toEqual([]);
    editor.tryAgain();
    await quiet();
    expect(changes.pending.value).toHaveLength(1);
  });
});

describe('answers that come late', () => {
  it('let no text be typed that no file has', async () => {
    const release = server.hold('/change/rules-text');
    const opened = editor.openFile(other);
    expect([editor.isOpen.value, editor.opening.value]).toEqual([false, other]);
    editor.write('typed too early');
    await additions.addRule('Bundled', 'copy');
    release();
    await opened;
    expect([editor.file.value, editor.text.value]).toEqual([other, SAVED]);
    await editor.openFile(mine);
    expect(editor.text.value).toBe(SAVED);
  });

  it('of a file that somebody left do not open it', async () => {
    server.answers['/change/rules-text'] = ({ file }: { file: string }) => ({ text: file });
    const release = server.hold('/change/rules-text');
    const left = editor.openFile(other);
    await editor.openFile(mine);
    release();
    await left;
    expect([editor.file.value, editor.text.value]).toEqual([mine, mine]);
    expect(editor.isOpen.value).toBe(true);
  });

  it('leave what was typed while the open file was read anew', async () => {
    const release = server.hold('/change/rules-text');
    const read = editor.loadFiles();
    await vi.waitFor(() => expect(server.asked('/change/rules-text')).toHaveLength(2));
    editor.write('- rule: Typed\n');
    release();
    await read;
    expect(editor.text.value).toBe('- rule: Typed\n');
    await quiet();
    expect(changes.pending.value).toEqual([change(mine, '- rule: Typed\n')]);
  });

  it('do not bring back the file that was open before', async () => {
    const release = server.hold('/change/rules-files');
    const listed = editor.loadFiles();
    await editor.openFile(other);
    release();
    await listed;
    expect(editor.file.value).toBe(other);
  });

  it('add a rule to the file for which it was asked', async () => {
    const release = server.hold('/change/rule');
    const added = additions.addRule('Bundled', 'copy');
    await editor.openFile(other);
    release();
    await added;
    expect([editor.file.value, editor.text.value]).toEqual([other, SAVED]);
    const text = '- rule: Mine\n\n- rule: Copied\n';
    await vi.waitFor(() => expect(changes.pending.value).toEqual([change(mine, text)]));
    await editor.openFile(mine);
    expect(editor.text.value).toBe(text);
  });

  it('leave the last keys that were pressed before another file was chosen', async () => {
    editor.write('- rule: Last Keys\n');
    await editor.openFile(other);
    await vi.waitFor(() =>
      expect(changes.pending.value).toEqual([change(mine, '- rule: Last Keys\n')]),
    );
    await editor.openFile(mine);
    expect(editor.text.value).toBe('- rule: Last Keys\n');
  });

  it('of a check are about the text that is there', async () => {
    server.answers['/change/check'] = ({ text }: { text: string }) => checked(text.length);
    const release = server.hold('/change/check');
    editor.write('four');
    await vi.waitFor(() => expect(server.asked('/change/check')).toHaveLength(2));
    editor.write('five5');
    release();
    await quiet();
    expect(editor.diagnostics.value).toMatchObject([{ line: 5 }]);
  });

  it('know what was written, and what was typed while it was', async () => {
    server.answers['/change/diff'] = { files: [], stamp: 's' };
    server.answers['/change/write'] = { written: [mine] };
    await typed('- rule: Written\n');
    await changes.showDifference();
    const release = server.hold('/change/write');
    const written = changes.writeDifference();
    // Back to what the file said before.
    await typed(SAVED);
    release();
    await written;
    expect(changes.pending.value).toEqual([change(mine, SAVED)]);
    server.answers['/change/rules-text'] = { text: '- rule: Written\n' };
    await editor.loadFiles();
    expect(editor.text.value).toBe(SAVED);
    await typed('- rule: Written\n');
    expect([changes.pending.value, editor.isLeftOut.value]).toEqual([[], false]);
  });
});

describe('tests of the open rules', () => {
  const run = { passed: 1, failed: 0, failures: [], problems: [], files: ['tests.yaml'] };

  it('run with each text that is right, and with the changes that are not written', async () => {
    server.answers['/change/tests'] = run;
    await typed('- rule: Mine too\n');
    await vi.waitFor(() => expect(tests.tests.value).toEqual(run));
    expect(server.asked('/change/tests').at(-1)).toMatchObject({
      file: mine,
      text: '- rule: Mine too\n',
    });
    await typed('- rule: Mine three\n');
    expect(server.asked('/change/check').at(-1)).toMatchObject({
      changes: [change(mine, '- rule: Mine too\n')],
    });
    server.answers['/change/check'] = checked(1);
    await typed('- rule: [\n');
    expect(tests.tests.value).toBeUndefined();
  });

  it('are those of the newest text', async () => {
    server.answers['/change/tests'] = run;
    const release = server.hold('/change/tests');
    const older = tests.runTests(mine, 'one');
    server.answers['/change/tests'] = 'the rules do not load';
    await tests.runTests(mine, 'two');
    release();
    await older;
    expect([tests.tests.value, tests.testsProblem.value]).toEqual([
      undefined,
      'the rules do not load',
    ]);
    expect(tests.isTesting.value).toBe(false);
  });

  it('come with the check of a file of tests', async () => {
    server.answers['/change/check'] = { ...(checked() as object), tests: run };
    const before = server.asked('/change/tests').length;
    await editor.openFile(other);
    expect([editor.hasTests.value, tests.tests.value]).toEqual([true, run]);
    expect(server.asked('/change/tests')).toHaveLength(before);
  });
});

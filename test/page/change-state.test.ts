import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as changes from '../../src/page/live/change-state.ts';
import { escapePage } from '../../src/outputs/encode/escape.ts';
import { fakeServer, type FakeServer } from './fake-server.ts';

let server: FakeServer;

const NO_CHANGE = { before: 3, after: 3, fewer: 0, more: 0, rules: [], gone: [], come: [] };
const SWITCHES = {
  policies: [{ name: 'P', on: true, severity: 'high', description: '', rules: 2 }],
  rules: [{ name: 'R', on: true, priority: 'Notice', description: '', own: false, policies: [] }],
};

beforeEach(() => {
  server = fakeServer();
  Object.assign(server.answers, { '/change/switches': SWITCHES, '/change/effect': NO_CHANGE });
  vi.stubGlobal('fetch', server.fetch);
});
afterEach(async () => {
  changes.setPending([]);
  await settled();
  vi.unstubAllGlobals();
});

const settled = (): Promise<void> =>
  vi.waitFor(() => expect(changes.isCounting.value).toBe(false), { timeout: 10_000 });
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
    expect(server.asked('/change/effect')).toEqual([
      { changes: [{ kind: 'rule', name: 'R', on: false }], watch: ['R'] },
    ]);
    expect(changes.effect.value).toEqual(NO_CHANGE);
  });

  it('have no effect to show when the server finds them wrong, in text that steers nothing', async () => {
    server.answers['/change/effect'] = 'no such rule \u202e';
    changes.toggle('rule', 'R', false, true);
    await settled();
    expect(changes.effect.value).toBeUndefined();
    expect(changes.changeProblem.value).toBe(escapePage('no such rule \u202e'));
    expect(changes.changeProblem.value).not.toContain('\u202e');
  });

  it('are shown as a difference, written with its stamp, and gone then', async () => {
    const shown = { files: [{ name: 'k8s-audit.yaml', diff: '+ R' }], stamp: 's1' };
    server.answers['/change/diff'] = shown;
    server.answers['/change/write'] = { written: ['k8s-audit.yaml'] };
    await changes.writeDifference();
    expect(server.asked('/change/write')).toEqual([]);
    changes.toggle('rule', 'R', false, true);
    await changes.showDifference();
    expect(changes.difference.value).toEqual(shown);
    const before = changes.writes.value;
    const { value: made } = changes.pending;
    await changes.writeDifference();
    expect(server.asked('/change/write')).toEqual([{ changes: made, stamp: 's1' }]);
    expect([changes.pending.value, changes.difference.value]).toEqual([[], undefined]);
    expect(changes.written.value).toBe('k8s-audit.yaml written');
    expect(changes.writes.value).toBe(before + 1);
  });

  it('stay when they could not be written, and the difference must be looked at again', async () => {
    server.answers['/change/diff'] = { files: [], stamp: 's2' };
    server.answers['/change/write'] = 'the file has changed';
    changes.toggle('rule', 'R', false, true);
    await changes.showDifference();
    await changes.writeDifference();
    expect(changes.pending.value).toHaveLength(1);
    expect(changes.difference.value).toBeUndefined();
    expect(changes.changeProblem.value).toBe('the file has changed');
  });

  it('that came after the question have another difference', async () => {
    server.answers['/change/diff'] = { files: [], stamp: 's3' };
    changes.toggle('rule', 'R', false, true);
    const shown = changes.showDifference();
    changes.toggle('policy', 'P', false, true);
    await shown;
    expect(changes.difference.value).toBeUndefined();
  });

  it('that come while others are written are left for the next time', async () => {
    server.answers['/change/diff'] = { files: [], stamp: 's4' };
    server.answers['/change/write'] = { written: ['k8s-audit.yaml'] };
    await changes.loadSwitches();
    changes.toggle('rule', 'R', false, true);
    await changes.showDifference();
    const release = server.hold('/change/write');
    const written = changes.writeDifference();
    expect(changes.isWriting.value).toBe(true);
    await changes.writeDifference();
    const late = { kind: 'rules', file: 'mine.yaml', text: 'late' } as const;
    changes.setPending([...changes.pending.value, late]);
    const switches = server.hold('/change/switches');
    release();
    await vi.waitFor(() => expect(changes.isWriting.value).toBe(false));
    expect(server.asked('/change/write')).toHaveLength(1);
    expect(changes.pending.value).toEqual([late]);
    // It is off before the server says so.
    expect(changes.switches.value!.rules[0]!.on).toBe(false);
    switches();
    await written;
  });

  it('have switches as the newest answer says', async () => {
    const release = server.hold('/change/switches');
    const older = changes.loadSwitches();
    server.answers['/change/switches'] = { policies: [], rules: [] };
    await changes.loadSwitches();
    release();
    await older;
    expect(changes.switches.value).toEqual({ policies: [], rules: [] });
  });
});

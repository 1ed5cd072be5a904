import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as query from '../../src/page/live/live-state.ts';
import { newest } from '../../src/page/newest.ts';
import { fakeServer, type FakeServer } from './fake-server.ts';

let server: FakeServer;
const answer = (name: string): unknown => ({ rows: [{ name }], total: 1 });

/** What a browser has to follow a log. */
class Followed {
  static last: Followed;
  isClosed = false;
  readonly #heard = new Map<string, (event: { data: string }) => void>();
  constructor() {
    Followed.last = this;
  }
  addEventListener(name: string, hear: (event: { data: string }) => void): void {
    this.#heard.set(name, hear);
  }
  close(): void {
    this.isClosed = true;
  }
  send(name: string): void {
    this.#heard.get('message')!({ data: JSON.stringify({ name }) });
  }
}

beforeEach(() => {
  server = fakeServer();
  vi.stubGlobal('fetch', server.fetch);
  vi.stubGlobal('EventSource', Followed);
  vi.stubGlobal('location', { hash: '', pathname: '/', search: '' });
});
afterEach(() => vi.unstubAllGlobals());

const names = (): unknown[] => query.rows.value.map(({ name }) => name);

it('the newest of several questions is known', () => {
  const ask = newest();
  const [one, two] = [ask(), ask()];
  expect([one(), two()]).toEqual([false, true]);
});

describe('answers of the log', () => {
  it('to an older question are let go, and it is not read on for them', async () => {
    const release = server.hold('/ask');
    server.answers['/ask'] = answer('old');
    const old = query.ask();
    server.answers['/ask'] = answer('new');
    await query.ask();
    release();
    await old;
    expect([names(), query.isBusy.value, query.problem.value]).toEqual([['new'], false, '']);
  });

  it('do not come among findings that are followed', async () => {
    const release = server.hold('/ask');
    server.answers['/ask'] = answer('old');
    const old = query.ask();
    query.follow();
    release();
    await old;
    expect([names(), query.status.value]).toEqual([[], 'following: 0 findings']);
    Followed.last.send('one');
    query.follow();
    // What came last is shown before following ends.
    expect([names(), query.status.value]).toEqual([['one'], 'followed: 1 findings']);
    expect(Followed.last.isClosed).toBe(true);
  });

  it('that were followed are not shown again when the log is followed anew', async () => {
    query.follow();
    Followed.last.send('first time');
    query.follow();
    query.follow();
    Followed.last.send('second time');
    await vi.waitFor(() => expect(names()).toEqual(['second time']));
    query.follow();
    expect(names()).toEqual(['second time']);
  });
});

describe('words that are typed into a search', () => {
  it('are searched for on the page where they were typed', async () => {
    const state = await import('../../src/page/state.ts');
    state.typeSearch('wor');
    state.typeSearch('words');
    expect([state.typed.value?.text, state.view.value.search]).toEqual(['words', '']);
    state.goTo('activity');
    // A list of requests keeps the words of a list of findings.
    expect([state.view.value.view, state.view.value.search]).toEqual(['activity', 'words']);
    state.typeSearch('more');
    state.go({ view: 'rules', search: '' });
    await vi.waitFor(() => expect(state.typed.value).toBeUndefined());
    expect(state.view.value.search).toBe('');
    state.go({ view: 'findings' });
    state.typeSearch('gone');
    state.showAll();
    expect([state.typed.value, state.view.value.search]).toEqual([undefined, '']);
  });
});

describe('a case that is read', () => {
  it('is not filled with what belongs to the one before', async () => {
    const { showCase } = await import('../../src/page/show-case.ts');
    const state = await import('../../src/page/state.ts');
    const source = (title: string) => ({
      count: () => 0,
      read: <T>(part: string) =>
        Promise.resolve(
          (part === 'case' ? { title } : part === 'sessions' ? [title] : undefined) as
            | T
            | undefined,
        ),
    });
    const stop = new AbortController();
    const readOld = await showCase(source('old'), () => undefined, stop.signal);
    stop.abort();
    const readNew = await showCase(source('new'), () => undefined);
    await readNew();
    await expect(readOld()).rejects.toThrow('aborted');
    expect(state.sections.value.sessions).toEqual(['new']);
    await expect(showCase(source('late'), () => undefined, stop.signal)).rejects.toThrow('aborted');
    expect(state.caseInfo.value).toEqual({ title: 'new' });
  });
});

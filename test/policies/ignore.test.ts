import { describe, expect, it } from 'vitest';
import { parseDocument } from '../../src/config/parse-document.ts';
import {
  checkIgnoredRules,
  ignoreNotes,
  readIgnore,
  Suppressor,
  type IgnoreEntry,
} from '../../src/policies/ignore.ts';
import { Issues } from '../../src/policies/issue.ts';
import { check } from '../../src/condition/condition-nodes.ts';
import { compilePlain } from '../../src/policies/placement.ts';
import { DEFAULT_FIELD_SETTINGS, fieldResolver } from '../../src/rules/resolver.ts';
import { parseRfc3339 } from '../../src/util/time.ts';
import { request } from './resource-events.ts';

function read(text: string): { entries: IgnoreEntry[]; issues: Issues } {
  const issues = new Issues();
  const node = parseDocument({ name: 'k8s-audit.yaml', text }, issues)!;
  return { entries: readIgnore(node, issues), issues };
}

function suppressor(text: string, now: string): Suppressor {
  const entries = read(text).entries.map((entry) => ({ entry, condition: undefined }));
  return new Suppressor(entries, parseRfc3339(now));
}

const EVENT = request('create', 'pods', { user: 'jane' });

describe('ignore entries', () => {
  it.each([
    ['by name', '- {rule: Pod A, reason: x}', true],
    ['by glob', "- {rule: 'Pod *', reason: x}", true],
    ['by one of several', '- {rule: [B, Pod A], reason: x}', true],
    ['for another rule', '- {rule: Pod B, reason: x}', false],
  ])('drop findings %s', (_what, text, dropped) => {
    expect(suppressor(text, '2026-01-01T00:00:00Z').suppress('Pod A', EVENT)).toBe(dropped);
  });

  it('with a condition drop only findings on events that meet it', async () => {
    const fields = await fieldResolver(DEFAULT_FIELD_SETTINGS, false);
    const condition = compilePlain(check('/user/username', '=', 'jane'), fields);
    const [entry] = read('- {condition: ka.user.name = jane, reason: x}').entries;
    const both = new Suppressor([{ entry: entry!, condition }], 0n);
    expect(both.suppress('Any', EVENT)).toBe(true);
    expect(both.suppress('Any', request('create', 'pods', { user: 'joe' }))).toBe(false);
  });

  it.each([
    ['2026-03-31', '2026-03-31T23:59:59Z', true],
    ['2026-03-31', '2026-04-01T00:00:00Z', false],
    ['2026-03-31T12:00:00Z', '2026-03-31T12:00:00Z', false],
  ])('that expire %s hold at %s: %s', (expires, now, holds) => {
    const text = `- {rule: Pod A, reason: x, expires: '${expires}'}`;
    expect(suppressor(text, now).suppress('Pod A', EVENT)).toBe(holds);
  });

  it('tell what they dropped, which did nothing, and which have expired', () => {
    const text = `- {rule: Pod A, reason: known}
- {rule: Pod B, reason: x}
- {rule: Old, reason: x, expires: 2020-01-01}
`;
    const entries = suppressor(text, '2026-01-01T00:00:00Z');
    entries.suppress('Pod A', EVENT);
    expect(ignoreNotes(entries)).toEqual([
      "the ignore entry for 'Old' at k8s-audit.yaml:3 has expired",
      "1 finding ignored by the entry for 'Pod A' at k8s-audit.yaml:1: known",
      "the ignore entry for 'Pod B' at k8s-audit.yaml:2 ignored nothing",
    ]);
  });

  it('count a request once of rules that report it once', () => {
    const entries = suppressor('- {rule: Pod A, reason: x}', '2026-01-01T00:00:00Z');
    for (const stage of ['start', 'end', 'start', 'end', 'end', undefined] as const) {
      entries.suppress('Pod A', EVENT, stage);
    }
    expect(entries.counts).toMatchObject([{ count: 4 }]);
  });

  it('add up over the parts of a run', () => {
    const [one, two] = [1, 2].map(() =>
      suppressor('- {rule: Pod A, reason: x}', '2026-01-01T00:00:00Z'),
    );
    one!.suppress('Pod A', EVENT);
    two!.suppress('Pod A', EVENT);
    one!.add(two!.take());
    one!.add(two!.take());
    expect(one!.counts).toMatchObject([{ count: 2 }]);
  });

  it.each([
    ['- {reason: x}', 'error: an ignore entry needs a rule or a condition'],
    ['- {rule: A}', 'warning: an ignore entry should say its reason'],
    [
      '- {rule: A, reason: x, expires: soon}',
      'error: ignore: expires must be a date such as 2026-12-31, or a time in RFC 3339',
    ],
    ['- {rule: A, reason: x, until: 2026}', "warning: ignore: unknown key 'until'"],
    ['rule: A', 'error: ignore must be a list'],
  ])('%s is told of', (text, message) => {
    const { issues } = read(text);
    expect(issues.list.map((each) => `${each.severity}: ${each.message}`)).toEqual([message]);
  });

  it('for rules that do not exist are told of with the nearest name', () => {
    const { entries, issues } = read('- {rule: Pod AA, reason: x}');
    checkIgnoredRules(entries, ['Pod A'], issues);
    expect(issues.list).toMatchObject([{ severity: 'warning', hint: "did you mean 'Pod A'?" }]);
  });
});

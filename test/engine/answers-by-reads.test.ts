import { describe, expect, test } from 'vitest';
import { AnswersByReads } from '../../src/engine/answers-by-reads.ts';
import { parseEvent } from '../../src/events/decode/parse-text.ts';
import type { AuditEvent } from '../../src/events/event.ts';

const KIND = { kind: 'Event', apiVersion: 'audit.k8s.io/v1' };
const eventOf = (members: object): AuditEvent =>
  parseEvent(JSON.stringify({ ...KIND, ...members }));

/** Answers about events, and how often one was computed. */
function made(read: (event: AuditEvent) => string): {
  readonly ask: (members: object, variant?: string) => string;
  readonly computed: () => number;
} {
  const answers = new AnswersByReads<string>();
  const question = {};
  let count = 0;
  return {
    ask: (members, variant = '') =>
      answers.answer(question, variant, eventOf(members), (event) => {
        count++;
        return `${variant}${read(event)}`;
      }),
    computed: () => count,
  };
}

/** Reads a second value only where the first one asks for it, as conditions do. */
const byVerb = (event: AuditEvent): string =>
  event.text(['verb']) === 'get' ? 'none' : JSON.stringify(event.get(['user', 'groups']) ?? null);

describe('answers by what was read', () => {
  test('are computed once for events that show the same', () => {
    const { ask, computed } = made(byVerb);
    for (let i = 0; i < 500; i++) {
      expect(ask({ verb: 'get', auditID: `${i}` })).toBe('none');
      expect(ask({ verb: 'list', user: { groups: ['a'] } })).toBe('["a"]');
    }
    expect(computed()).toBe(2);
  });

  test('tell apart what looks alike', () => {
    const { ask } = made((event) =>
      JSON.stringify([event.get(['a']) ?? 'absent', event.text(['a'])]),
    );
    const values = [undefined, null, 1, '1', true, 'true', '', {}, [], '{}', '[]', '\0{}', '\0[]'];
    values.push(-0, 0, ['1'], [1], [['1']], { b: 1 }, { b: 2 }, 'x'.repeat(300), 'x'.repeat(301));
    for (const round of [1, 2, 3])
      for (const a of values) {
        const event = eventOf({ a });
        const right = JSON.stringify([event.get(['a']) ?? 'absent', event.text(['a'])]);
        expect(`${round} ${ask({ a })}`).toBe(`${round} ${right}`);
      }
  });

  test('are not remembered for what is of one event alone', () => {
    const { ask } = made((event) => event.json);
    for (const verb of ['get', 'list', 'get']) expect(ask({ verb })).toContain(`"verb":"${verb}"`);
  });

  test('tell variants and times apart', () => {
    const { ask } = made((event) => String(event.time));
    const at = (second: number): object => ({ stageTimestamp: `2026-01-01T00:00:0${second}Z` });
    expect(ask(at(1), 'a')).not.toBe(ask(at(1), 'b'));
    expect(ask(at(1), 'a')).not.toBe(ask(at(2), 'a'));
  });

  test('go on being right where every event shows something else', () => {
    const { ask } = made(byVerb);
    for (let i = 0; i < 3000; i++)
      expect(ask({ verb: 'list', user: { groups: [`g${i % 1500}`] } })).toBe(`["g${i % 1500}"]`);
  });
});

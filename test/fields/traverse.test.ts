import { describe, expect, it } from 'vitest';
import { ParsedEvent } from '../../src/events/parsed-event.ts';
import type { JsonObject } from '../../src/json/value.ts';
import { read } from './fake-event.ts';

function parsed(text: string): ParsedEvent {
  const place = { time: 0n, num: 1, firstTime: 0n, origin: { file: '-', line: 1 } };
  return new ParsedEvent(text, JSON.parse(text) as JsonObject, place);
}

describe('the spelling of values that are no strings', () => {
  it.each([
    [
      'ka.user.groups',
      '{"auditID":1,"user":{"groups":[1.0, 1e5, {"a" : "\\u0041"}, "\\u0041"]}}',
      ['1.0', '1e5', '{"a":"\\u0041"}', 'A'],
    ],
    [
      'ka.req.pod.containers.run_as_user',
      '{"auditID":1,"requestObject":{"spec":{"containers":[{"securityContext":{"runAsUser":1.0}},{},{"securityContext":{"runAsUser":12345678901234567890}}]}}}',
      ['1.0', '12345678901234567890'],
    ],
    [
      'ka.req.role.rules',
      '{"auditID":1,"requestObject":{"rules":[{"verbs": ["get"] },\n 0.10]}}',
      ['{"verbs":["get"]}', '0.10'],
    ],
    [
      'ka.req.role.rules.verbs[1]',
      '{"auditID":1,"requestObject":{"rules":[{"verbs":[1]},{"verbs":["a", 2.50, [3.0]]}]}}',
      ['a', '2.50', '[3.0]'],
    ],
    ['ka.response.code', '{"auditID":1,"responseStatus":{"code":2e2}}', '2e2'],
    ['jevt.value[/a/1]', '{"a":[0, 1.00]}', '1.00'],
    [
      'kx.podspec.host_ports',
      '{"auditID":1,"objectRef":{"resource":"pods"},"requestObject":{"spec":{"containers":[{"ports":[{"hostPort":8.0e1}]}]}}}',
      ['8.0e1'],
    ],
  ])('is kept in %s', (field, text, expected) => {
    expect(read(field, parsed(text))).toEqual(expected);
  });

  it('is found in one pass over a long list', () => {
    const groups = Array.from({ length: 20_000 }, (_, i) => `{"n":${i}.0}`);
    const event = parsed(`{"auditID":1,"user":{"groups":[${groups.join(',')}]}}`);
    expect(read('ka.user.groups', event)).toEqual(groups);
  });
});

import { expect, test } from 'vitest';
import { glimpseOf, requestOf, type Request } from '../../src/activity/request.ts';
import { Random } from '../fast/random.ts';
import { eventOf } from '../helpers.ts';
import { stageLog } from './stage-log.ts';

test('a glimpse has the values of the request', () => {
  for (const line of stageLog(new Random(3), 200)) {
    const event = eventOf(line);
    const request = requestOf(event);
    const glimpse = glimpseOf(event);
    const seen = (Object.keys(request) as (keyof Request)[]).map((key) => [key, glimpse[key]]);
    expect(Object.fromEntries(seen)).toEqual(request);
  }
});

test('of several addresses the last one counts, whatever it is', () => {
  const of = (sourceIPs: unknown): string | undefined =>
    requestOf(eventOf(JSON.stringify({ auditID: '1', sourceIPs }))).sourceIp;
  expect(of(['192.0.2.1', '10.0.0.1'])).toBe('10.0.0.1');
  expect(of(['192.0.2.1', null])).toBe('null');
  expect(of(['10.0.0.1\0x'])).toBe('10.0.0.1');
  expect(of([])).toBeUndefined();
  expect(of('10.0.0.1')).toBeUndefined();
  expect(of(['1'.repeat(5000)])).toHaveLength(4097);
});

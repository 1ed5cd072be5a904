import { describe, expect, test } from 'vitest';
import { auditEvent, decode } from '../decode.ts';

const event = (responseStatus: unknown): Record<string, unknown> => ({
  ...auditEvent('a'),
  responseStatus,
  requestObject: { spec: { securityContext: { runAsUser: 0 }, replicas: 2 } },
});
const PLAIN = event({ metadata: {}, code: 201 });
const all = (text: string): unknown => {
  const { events, reasons } = decode(text);
  return [...reasons, ...events.map((found) => [JSON.parse(found.text), found.text])];
};

describe('numbers', () => {
  test('of a program that knows no integers are integers again, in bodies too', () => {
    const text = JSON.stringify(PLAIN).replaceAll(/:(\d+)([,}])/g, ':$1.0$2');
    expect(text).toContain('"runAsUser":0.0');
    expect(all(text)).toEqual([[PLAIN, JSON.stringify(PLAIN)]]);
  });

  test('as extended JSON of MongoDB has them are numbers', () => {
    const boxed = {
      ...event({ metadata: {}, code: { $numberInt: '201' } }),
      requestObject: {
        spec: {
          securityContext: { runAsUser: { $numberLong: '0' } },
          replicas: { $numberDouble: '2' },
        },
      },
    };
    expect(all(JSON.stringify(boxed))).toEqual([[PLAIN, JSON.stringify(PLAIN)]]);
  });

  test('of a table that pandas wrote are those of the event', () => {
    const table =
      'kind,apiVersion,auditID,stage,verb,requestURI,user.username,responseStatus.code,stageTimestamp\n' +
      'Event,audit.k8s.io/v1,a,ResponseComplete,get,/x,jane,403.0,2026-01-02T03:04:05Z\n';
    const [found] = decode(table).events;
    expect(found!.value).toMatchObject({ auditID: 'a', responseStatus: { code: 403 } });
  });

  test.each([
    '{"metadata":{},"code":201}',
    '{"code":201.5}',
    '{"code":2.01e2}',
    '{"code":{"$numberInt":"x"}}',
    '{"code":{"$numberInt":""}}',
    '{"code":{"$numberInt":"201","a":1}}',
    '{"status":"\\"code\\":201.0","code":201}',
    '{"code":201,"details":{"code":201.0}}',
  ])('%s stays as it is', (status) => {
    const text = JSON.stringify(event('?')).replace('"?"', status);
    expect(decode(text).events.map((found) => found.text)).toEqual([text]);
  });
});

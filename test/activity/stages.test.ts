import { describe, expect, it } from 'vitest';
import type { Request } from '../../src/activity/request.ts';
import { requestObject, requestResult } from '../../src/activity/request.ts';
import { StageFolder } from '../../src/activity/stages.ts';
import { at, event, request } from './requests.ts';

function fold(events: readonly ReturnType<typeof event>[], maxOpen?: number) {
  const requests: Request[] = [];
  const folder = new StageFolder((each) => requests.push(each), { maxOpen });
  for (const each of events) folder.add(each);
  folder.end();
  return { requests, folder };
}

const STARTED = {
  stage: 'ResponseStarted',
  stageTimestamp: '2026-03-01T10:00:00.500000Z',
  responseStatus: { code: 101 },
};

describe('folding of stages', () => {
  it('makes one request of the stages of an audit ID', () => {
    const received = event({ stage: 'RequestReceived', responseStatus: undefined });
    const { requests } = fold([received, event(STARTED), event()]);
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({
      stage: 'ResponseComplete',
      started: at('10:00:00.5'),
      ended: at('10:00:01'),
      result: 'allowed',
    });
  });

  it('leaves out copies of a finished request and its late stages, and counts the copies', () => {
    const { requests, folder } = fold([event(), event(), event(STARTED)]);
    expect(requests).toHaveLength(1);
    expect(folder.repeated).toBe(1);
  });

  it('does not let a client hide requests by sending the same Audit-ID header', () => {
    const second = event({
      requestReceivedTimestamp: '2026-03-01T10:00:00.000001Z',
      verb: 'delete',
    });
    const { requests } = fold([event(), second]);
    expect(requests.map(({ verb }) => verb)).toEqual(['get', 'delete']);
  });

  it('shows a request without a last stage as open', () => {
    const { requests } = fold([event(STARTED)]);
    expect(requests[0]!.ended).toBeUndefined();
    expect(requestResult(requests[0]!)).toBe('allowed, open 101');
  });

  it('hands over the oldest open requests when too many are open', () => {
    const open = ['a', 'b', 'c'].map((auditID) => event({ ...STARTED, auditID }));
    const requests: Request[] = [];
    const folder = new StageFolder((each) => requests.push(each), { maxOpen: 2 });
    for (const each of open) folder.add(each);
    expect(requests.map(({ auditId }) => auditId)).toEqual(['a']);
    expect(folder.evicted).toBe(1);
    // Its end comes too late to count it again.
    folder.add(event({ auditID: 'a' }));
    expect(requests).toHaveLength(1);
  });

  it('passes events without an audit ID or with an unknown stage as they are', () => {
    const { requests } = fold([event({ auditID: undefined }), event({ stage: 'Other' })]);
    expect(requests).toHaveLength(2);
  });
});

describe('requests', () => {
  it.each([
    [{}, 'shop/pods/web', 'allowed 200'],
    [{ responseStatus: { code: 403 } }, 'shop/pods/web', 'denied 403'],
    [{ responseStatus: { code: 404 } }, 'shop/pods/web', 'failed 404'],
    [{ objectRef: undefined, requestURI: '/healthz?x=1' }, '/healthz', 'allowed 200'],
    [{ stage: 'RequestReceived', responseStatus: undefined }, 'shop/pods/web', 'open'],
  ])('%j is about %s: %s', (parts, object, result) => {
    expect(requestObject(request(parts))).toBe(object);
    expect(requestResult(request(parts))).toBe(result);
  });

  it('takes the direct peer for the source: other addresses come from headers', () => {
    expect(request({ sourceIPs: ['1.2.3.4', '10.0.0.9'] }).sourceIp).toBe('10.0.0.9');
  });

  it('cuts texts that are too long to be remembered', () => {
    expect(request({ userAgent: 'x'.repeat(10_000) }).userAgent).toHaveLength(4097);
  });

  it('survives members of any type', () => {
    for (const value of [null, 1, [], {}, 'x', true]) {
      const odd = { user: value, objectRef: value, sourceIPs: value, responseStatus: value };
      expect(() => request({ ...odd, annotations: value, requestURI: value })).not.toThrow();
    }
  });
});

import { describe, expect, it } from 'vitest';
import { bind, FakeEvent, SETTINGS } from './fake-event.ts';

const EVENT = new FakeEvent(
  { kind: 'Event', stage: 'x' },
  { time: 1_540_558_825_000_123_000n, num: 7, firstTime: 1_540_558_823_999_999_999n },
);

function forms(field: string, event = EVENT, settings = SETTINGS) {
  const bound = bind(field, settings);
  const value = bound.read(event);
  const text = typeof value === 'bigint' && bound.print ? bound.print(value) : String(value);
  return [value, text, bound.json === undefined ? value : bound.json(event)];
}

describe('evt fields', () => {
  it.each([
    ['evt.time', '13:00:25.000123000'],
    ['evt.time.s', '13:00:25'],
    ['evt.time.iso8601', '2018-10-26T13:00:25.000123000+0000'],
    ['evt.datetime', '2018-10-26 13:00:25.000123000'],
    ['evt.datetime.s', '2018-10-26 13:00:25'],
  ])('%s is text that output_fields show as nanoseconds', (field, text) => {
    expect(forms(field)).toEqual([text, text, 1_540_558_825_000_123_000n]);
  });

  it.each([
    ['evt.num', 7n, '7'],
    ['evt.rawtime', 1_540_558_825_000_123_000n, '1540558825000123000'],
    ['evt.rawtime.s', 1_540_558_825n, '1540558825'],
    ['evt.rawtime.ns', 123_000n, '000123000'],
    ['evt.reltime', 1_000_123_001n, '1000123001'],
    ['evt.reltime.s', 1n, '1'],
    ['evt.reltime.ns', 123_001n, '000123001'],
  ])('%s is a number', (field, value, text) => {
    expect(forms(field)).toEqual([value, text, value]);
  });

  it('pads a short relative time', () => {
    const event = new FakeEvent({}, { time: 5n, firstTime: 0n });
    expect(forms('evt.reltime', event)).toEqual([5n, '000000005', 5n]);
  });

  it('wraps a relative time below zero, as an unsigned number does', () => {
    const event = new FakeEvent({}, { time: 4n, firstTime: 5n });
    expect(forms('evt.reltime', event)).toEqual([2n ** 64n - 1n, `${2n ** 64n - 1n}`, -1n]);
  });

  it.each([
    ['evt.pluginname', 'k8saudit'],
    ['evt.plugininfo', '{"kind":"Event","stage":"x"}'],
    ['evt.source', 'k8s_audit'],
    ['evt.is_async', false],
    ['evt.asynctype', undefined],
    ['evt.hostname', 'host-1'],
  ])('%s is %j', (field, value) => {
    expect(forms(field)[0]).toBe(value);
  });

  it('prints times in the chosen zone, except ISO 8601', () => {
    const settings = { ...SETTINGS, timezone: 'Asia/Kolkata' };
    expect(forms('evt.time', EVENT, settings)[0]).toBe('18:30:25.000123000');
    expect(forms('evt.datetime.s', EVENT, settings)[0]).toBe('2018-10-26 18:30:25');
    expect(forms('evt.time.iso8601', EVENT, settings)[0]).toBe(
      '2018-10-26T13:00:25.000123000+0000',
    );
  });
});

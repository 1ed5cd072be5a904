import { describe, expect, test } from 'vitest';
import { faultText } from '../../src/sinks/fault-text.ts';

describe('an error of a connection in words', () => {
  test('each address of a name that was tried', () => {
    const errors = ['connect ECONNREFUSED ::1:1', 'connect ECONNREFUSED 127.0.0.1:1'];
    const error = new AggregateError(errors.map((text) => new Error(text)));
    expect(error.message).toBe('');
    expect(faultText(error)).toBe(errors.join(', '));
  });

  test('others as Node has them', () => {
    expect(faultText(new Error('certificate has expired'))).toBe('certificate has expired');
  });
});

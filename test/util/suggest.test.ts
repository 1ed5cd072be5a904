import { describe, expect, it } from 'vitest';
import { didYouMean } from '../../src/util/suggest.ts';

const RULES = [
  'Create Privileged Pod',
  'Privileged Identity Impersonated',
  'Attach/Exec Pod',
  'Pod',
];

describe('what is offered for a name that is none', () => {
  it.each([
    ['Create Privleged Pod', "did you mean 'Create Privileged Pod'?"],
    ['privileged pod', "did you mean 'Create Privileged Pod'?"],
    ['Pod  privileged', "did you mean 'Create Privileged Pod'?"],
    ['privileged', "did you mean 'Create Privileged Pod' or 'Privileged Identity Impersonated'?"],
    ['exec', "did you mean 'Attach/Exec Pod'?"],
    // Too short to say what is meant, and in no name.
    ['cre', undefined],
    ['    ', undefined],
    ['nothing', undefined],
  ])('%j', (word, expected) => {
    expect(didYouMean(word, RULES)).toBe(expected);
  });
});

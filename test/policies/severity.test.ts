import { describe, expect, it } from 'vitest';
import { parseLevel, parseSeverity, reaches, severityOf } from '../../src/policies/severity.ts';
import { PRIORITIES } from '../../src/rules/priority.ts';

describe('severities', () => {
  it.each([
    ['high', 'high'],
    ['HIGH', 'high'],
    ['0', 'high'],
    ['3', 'high'],
    ['4', 'medium'],
    ['5', 'medium'],
    ['6', 'low'],
    ['7', 'info'],
    ['8', undefined],
    ['-1', undefined],
    ['4.5', undefined],
    ['critical', undefined],
    ['', undefined],
  ])('%j is read as %s', (text, severity) => {
    expect(parseSeverity(text)).toBe(severity);
  });

  it('follow from the priority where no policy rates a rule', () => {
    expect(PRIORITIES.map(severityOf)).toEqual([
      ...Array.from({ length: 4 }, () => 'high'),
      'medium',
      'low',
      'info',
      'info',
    ]);
  });
});

describe('levels', () => {
  it.each([
    ['info', 'info'],
    ['informational', 'Informational'],
    ['Warning', 'Warning'],
    ['medium', 'medium'],
    ['4', undefined],
  ])('%s is read as %s', (text, level) => {
    expect(parseLevel(text)).toBe(level);
  });

  it.each([
    ['high', 'Warning', true],
    ['medium', 'Warning', true],
    ['high', 'Notice', true],
    ['low', 'Warning', false],
  ] as const)(
    'a finding of %s severity and priority %s reaches medium: %s',
    (severity, priority, yes) => {
      expect(reaches({ severity, priority }, 'medium')).toBe(yes);
      expect(reaches({ severity, priority }, 'Warning')).toBe(priority === 'Warning');
    },
  );

  it('take the priority for findings without a severity', () => {
    expect(reaches({ priority: 'Error' }, 'high')).toBe(true);
    expect(reaches({ priority: 'Warning' }, 'high')).toBe(false);
  });
});

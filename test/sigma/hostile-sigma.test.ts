import { describe, expect, it } from 'vitest';
import { loadError, loadOk } from '../helpers.ts';
import { loadRules } from '../../src/rules/load.ts';

const HEAD = 'title: R\nlogsource: {product: kubernetes, service: audit}\n';

describe('Sigma from elsewhere is bounded', () => {
  it('refuses aliases that blow up', async () => {
    const levels = Array.from({ length: 12 }, (_, i) => {
      const item = i === 0 ? 'x' : `*a${i - 1}`;
      return `a${i}: &a${i} [${Array.from({ length: 10 }, () => item).join(', ')}]`;
    });
    const text = `${HEAD}${levels.join('\n')}\ndetection:\n  s: {verb: get}\n  condition: s\n`;
    expect((await loadError(text)).message).toBe('more than 100000 values in one document');
  });

  it('refuses conditions that grow beyond bounds', async () => {
    const words = Array.from({ length: 200 }, (_, i) => `"w${i}*x"`).join(', ');
    const condition = Array.from({ length: 200 }, () => 's').join(' and ');
    const text = `${HEAD}detection:\n  s:\n    verb|contains: [${words}]\n  condition: ${condition}\n`;
    expect((await loadError(text)).message).toBe('the condition makes more than 20000 comparisons');
  });

  it('refuses what is nested beyond sense', async () => {
    const deep = (count: number): string => `${'['.repeat(count)}x${']'.repeat(count)}`;
    const lists = `${HEAD}detection:\n  s: ${deep(60)}\n  condition: s\n`;
    expect((await loadError(lists)).message).toBe('nested too deeply');
    const brackets = `${HEAD}detection:\n  s: {verb: get}\n  condition: ${'('.repeat(99)}s${')'.repeat(99)}\n`;
    expect((await loadError(brackets)).message).toBe('the condition is nested too deeply');
    const nots = `${HEAD}detection:\n  s: {verb: get}\n  condition: ${'not '.repeat(5000)}s\n`;
    expect((await loadError(nots)).message).toBe('the condition is nested too deeply');
  });

  it('reports YAML that is nested so deeply that its reader gives up', async () => {
    const text = `${HEAD}detection:\n  s: ${'['.repeat(50_000)}\n`;
    const { ruleSet, files } = await loadRules([{ name: 'deep.yml', text }]);
    expect(ruleSet).toBeUndefined();
    expect(files[0]!.errors).toHaveLength(1);
  });

  it('takes names of prototypes for names like others', async () => {
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];
    for (const name of names) {
      const asDetection = `${HEAD}detection:\n  ${name}: {verb: get}\n  condition: ${name}\n`;
      expect((await loadOk(asDetection)).rules[0]!.conditionText).toBe('tolower(ka.verb) = "get"');
      const asField = `${HEAD}detection:\n  s: {${name}: get}\n  condition: s\n`;
      expect((await loadOk(asField)).files[0]!.warnings[0]!.message).toContain('is no field');
      const asModifier = `${HEAD}detection:\n  s: {"verb|${name}": get}\n  condition: s\n`;
      expect((await loadError(asModifier)).message).toBe(`modifier '${name}' is not known`);
      const unknown = `${HEAD}detection:\n  s: {verb: get}\n  condition: ${name}\n`;
      expect((await loadError(unknown)).message).toContain('which is no detection');
      const asLevel = `${HEAD}level: ${name}\ndetection:\n  s: {verb: get}\n  condition: s\n`;
      expect((await loadError(asLevel)).message).toContain('is not known');
    }
  });

  it('refuses numbers and dashes without end', async () => {
    const dashes = `${HEAD}detection:\n  s: {"userAgent|windash": "-a -b -c -d"}\n  condition: s\n`;
    expect((await loadError(dashes)).message).toBe("'windash' takes at most 3 dashes");
    const number = `${HEAD}detection:\n  s: {responseStatus.code: ${'9'.repeat(2000)}}\n  condition: s\n`;
    expect((await loadOk(number)).rules).toHaveLength(1);
  });
});

import { expect, test } from 'vitest';
import { SummaryBuilder } from '../../src/engine/summary.ts';
import { createWriter } from '../../src/outputs/create-writer.ts';
import type { RuleInfo } from '../../src/outputs/writer.ts';
import { context, finding, memorySink } from './findings.ts';

const RULE: RuleInfo = {
  name: 'Shell in Shop',
  description: 'A shell was opened.',
  priority: 'Warning',
  tags: ['T1609'],
  enabled: true,
  id: 'shop-shell',
  severity: 'high',
  notes: {
    checks: ['Who <b>opened</b> it.', 'What *ran* in it.'],
    falsePositives: ['The shop team.'],
    references: ['https://example.com/a?b=1&c=2', 'javascript:alert(1)'],
  },
};

async function report(format: 'sarif' | 'html', rule: RuleInfo = RULE): Promise<string> {
  const sink = memorySink();
  const writer = await createWriter(
    format,
    sink,
    context({
      rules: [rule],
      ruleUri: ({ id }) => `https://example.com/rules#${id}`,
      rulePlace: ({ id }) => `docs/rules/shop.md#${id}`,
      home: 'https://example.com/project',
    }),
  );
  const fired = finding({ rule: rule.name, ruleId: rule.id });
  const summary = new SummaryBuilder();
  summary.event(1n, [fired]);
  writer.start?.();
  writer.finding(fired);
  writer.end(summary.build(1));
  return sink.text();
}

interface Descriptor {
  readonly id: string;
  readonly helpUri: string;
  readonly properties: { readonly severity: string };
  readonly help: { readonly text: string; readonly markdown: string };
}

test('SARIF has the id of a rule, the address of its page, and its notes as help', async () => {
  const log = JSON.parse(await report('sarif')) as {
    runs: [
      {
        tool: { driver: { informationUri: string; rules: [Descriptor] } };
        results: [{ ruleId: string }];
      },
    ];
  };
  const [{ tool, results }] = log.runs;
  const [rule] = tool.driver.rules;
  expect([rule.id, results[0].ruleId]).toEqual(['shop-shell', 'shop-shell']);
  expect(rule.helpUri).toBe('https://example.com/rules#shop-shell');
  expect(rule.help.text).toContain('What to check:\n- Who <b>opened</b> it.\n- What *ran* in it.');
  expect(rule.help.text).toContain('Documentation: docs/rules/shop.md#shop-shell');
  expect(tool.driver.informationUri).toBe('https://example.com/project');
  expect(rule.properties.severity).toBe('high');
  expect(rule.help.text).toContain('False positives:\n- The shop team.');
  expect(rule.help.markdown).toContain('**What to check**');
  expect(rule.help.markdown).not.toContain('<b>');
  expect(rule.help.markdown).not.toContain('*ran*');
});

test('HTML tells about the rules that fired; only addresses of the web are links', async () => {
  const page = await report('html');
  const [, section = ''] = /<section id="rules">(.*?)<\/section>/s.exec(page) ?? [];
  expect(section).toContain('<summary>Shell in Shop (1)</summary>');
  expect(section).toContain('<li>Who &lt;b&gt;opened&lt;/b&gt; it.</li>');
  expect(section).toContain('<li>The shop team.</li>');
  expect(section).toContain(
    'Severity: high where no policy gives another. Documentation: docs/rules/shop.md#shop-shell',
  );
  expect([...section.matchAll(/href="([^"]*)"/g)].map(([, address]) => address)).toEqual([
    'https://example.com/rules#shop-shell',
    'https://example.com/a?b=1&amp;c=2',
  ]);
  expect(section).toContain('<li>javascript:alert(1)</li>');
});

test('rules without notes, as files of users have them, need none', async () => {
  const { notes: _notes, id: _id, ...plain } = RULE;
  const log = JSON.parse(await report('sarif', plain)) as {
    runs: [{ tool: { driver: { rules: [Descriptor] } } }];
  };
  expect(log.runs[0].tool.driver.rules[0]).toMatchObject({
    id: 'shell-in-shop',
    help: {
      text: 'A shell was opened.\n\nDocumentation: docs/rules/shop.md#undefined\n\nTags: T1609',
    },
  });
  expect(await report('html', plain)).toContain('<p>A shell was opened.</p>');
});

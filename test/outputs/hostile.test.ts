import { describe, expect, it } from 'vitest';
import { FORMATS } from '../../src/outputs/index.ts';
import type { FormatName } from '../../src/outputs/index.ts';
import { renderSummary } from '../../src/outputs/render-summary.ts';
import { displayWidth } from '../../src/outputs/table/width.ts';
import { context, digest, FINDINGS, finding, memorySink, summary } from './findings.ts';

const TERMINAL_CONTROLS = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

async function render(format: FormatName, terminal: boolean, width = 80): Promise<string> {
  const sink = memorySink();
  const writer = await FORMATS[format].create(sink, context({ terminal, width }));
  writer.start?.();
  for (const one of FINDINGS) writer.finding(one);
  writer.end(summary());
  return sink.text();
}

describe('on a terminal', () => {
  for (const format of ['table', 'text'] as const) {
    it(`${format} sends no control, bidi or invisible character`, async () => {
      const text = (await render(format, true)).replaceAll('\n', '');
      expect(text).not.toMatch(TERMINAL_CONTROLS);
      expect(text).toMatch(/\\(?:x|u00)1b/);
      expect(text).toMatch(/\\u202e/);
    });
  }

  it('the summary sends none either', async () => {
    const text = await renderSummary(summary(), digest(), { color: false, width: 80 });
    expect(text.replaceAll('\n', '')).not.toMatch(TERMINAL_CONTROLS);
  });

  for (const width of [40, 56, 80, 100, 120, 160, 180, 250]) {
    it(`a table line is never wider than ${width} columns`, async () => {
      const widths = (await render('table', true, width)).split('\n').map(displayWidth);
      expect(Math.max(...widths)).toBe(width);
    });
  }

  it('a summary line is never wider than the terminal', async () => {
    for (const width of [40, 80, 120]) {
      const lines = (await renderSummary(summary(), digest(), { color: false, width })).split('\n');
      expect(Math.max(...lines.map(displayWidth))).toBeLessThanOrEqual(width);
    }
  });
});

it.each([
  [11, 'and 1 more reason'],
  [12, 'and 2 more reasons'],
])('a summary with %i reasons counts those that it does not name', async (count, expected) => {
  const whole = summary();
  const [one] = whole.problems;
  const problems = Array.from({ length: count }, () => ({ ...one!, kind: 'malformed' as const }));
  const text = await renderSummary({ ...whole, problems }, digest(), { color: false, width: 80 });
  expect(text.split('\n').map((line) => line.trim())).toContain(expected);
});

describe('in a pipe or a file', () => {
  const REST = ['text', 'table', 'csv', 'markdown', 'html', 'sarif', 'junit', 'github'] as const;
  it.each(REST)('%s holds no control, bidi or invisible character', async (format) => {
    const text = await render(format, false);
    expect(text.replaceAll(/[\n\r\t]/g, '')).not.toMatch(TERMINAL_CONTROLS);
  });
});

describe('one record per line', () => {
  for (const format of ['text', 'ndjson'] as const) {
    it(`${format} writes exactly one line per finding`, async () => {
      const lines = (await render(format, false)).split('\n');
      expect(lines).toHaveLength(FINDINGS.length + 1);
      expect(lines.at(-1)).toBe('');
    });
  }
});

describe('JSON formats', () => {
  it('ndjson keeps hostile text, with U+FFFD for what UTF-8 cannot hold', async () => {
    const lines = (await render('ndjson', false)).trimEnd().split('\n');
    const rules = lines.map((line) => (JSON.parse(line) as { rule: string }).rule);
    expect(rules).toEqual(FINDINGS.map(({ rule }) => rule.replace(/\p{Surrogate}/gu, '\uFFFD')));
  });

  it('json is one document with every finding and the summary', async () => {
    const parsed = JSON.parse(await render('json', false)) as {
      findings: unknown[];
      summary: { events: number; findings: number };
    };
    expect(parsed.findings).toHaveLength(FINDINGS.length);
    expect(parsed.summary).toMatchObject({ findings: FINDINGS.length, events: 21_517 });
    expect(JSON.stringify(parsed.summary)).not.toContain('elapsed');
  });

  it('integers beyond 2^53 are digit-exact', async () => {
    const sink = memorySink();
    const writer = await FORMATS.ndjson.create(sink, context());
    writer.finding(finding({ outputFields: [['evt.time', 1_540_558_825_000_123_001n]] }));
    expect(sink.text()).toContain('"output_fields":{"evt.time":1540558825000123001}');
  });

  it('a field named like an inherited property is an ordinary key', async () => {
    const sink = memorySink();
    const writer = await FORMATS.ndjson.create(sink, context());
    writer.finding(finding({ outputFields: [['__proto__', 'x']] }));
    expect(sink.text()).toContain('"output_fields":{"__proto__":"x"}');
  });
});

import { describe, expect, it } from 'vitest';
import type { Format } from '../../src/outputs/format.ts';
import { FORMATS } from '../../src/outputs/index.ts';
import type { FormatName } from '../../src/outputs/index.ts';
import { renderSummary } from '../../src/outputs/render-summary.ts';
import type { OutputContext } from '../../src/outputs/writer.ts';
import { expectGenerated } from '../generated.ts';
import { context, digest, FINDINGS, memorySink, summary } from './findings.ts';

function expectGolden(name: string, text: string): void {
  expectGenerated(`test/golden/${name}`, text);
}

async function render(format: FormatName, parts: Partial<OutputContext>): Promise<string> {
  const sink = memorySink();
  const writer = await FORMATS[format].create(sink, context(parts));
  writer.start?.();
  for (const finding of FINDINGS) writer.finding(finding);
  writer.end(summary());
  return sink.text();
}

/** Variants beyond the plain one that every format has. */
const VARIANTS: Partial<Record<FormatName, Record<string, Partial<OutputContext>>>> = {
  csv: { raw: { csvRaw: true } },
  junit: { gate: { failOn: 'Emergency' } },
  text: { terminal: { terminal: true }, secrets: { showSecrets: true } },
  table: {
    narrow: { width: 40, terminal: true },
    roomy: { width: 120, terminal: true },
    wide: { width: 200, terminal: true },
    color: { color: true, terminal: true },
    zone: { timezone: 'Asia/Kolkata', formatTime: () => '2026-01-02 08:34:05' },
  },
};

describe('output formats', () => {
  for (const [name, { extension, isBinary }] of Object.entries<Format>(FORMATS)) {
    // test/outputs/parquet.test.ts reads bytes back.
    if (isBinary === true) continue;
    const format = name as FormatName;
    const variants = { plain: {}, ...VARIANTS[format] };
    for (const [variant, parts] of Object.entries(variants)) {
      it(`${format} writes its golden file (${variant})`, async () => {
        const text = await render(format, parts);
        expectGolden(`${format}/${variant}.${extension}`, text);
      });
    }

    it(`${format} writes the same bytes twice`, async () => {
      expect(await render(format, {})).toBe(await render(format, {}));
    });

    it(`${format} is complete without any finding`, async () => {
      const sink = memorySink();
      const writer = await FORMATS[format].create(sink, context());
      writer.start?.();
      writer.end({ ...summary(), findings: 0, byPriority: [], byRule: [], problems: [] });
      expectGolden(`${format}/empty.${extension}`, sink.text());
    });
  }
});

describe('summary text', () => {
  for (const width of [40, 80, 160]) {
    it(`writes its golden file at ${width} columns`, async () => {
      const next = [
        {
          words: ['k8s-audit', 'show', '7e0c1c55', 'logs/audit.log'],
          purpose: 'one request in full',
        },
      ];
      const text = await renderSummary(summary(), digest(), { color: false, width, next });
      expectGolden(`summary/${width}.txt`, text);
    });
  }

  it('is coloured on demand', async () => {
    const text = await renderSummary(summary(), digest(), { color: true, width: 80 });
    expectGolden('summary/color.txt', text);
  });
});

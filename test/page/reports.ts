import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inflateRawSync } from 'node:zlib';
import { pageCode } from '../../src/cli/page-code.ts';
import type { Finding } from '../../src/engine/finding.ts';
import { SummaryBuilder } from '../../src/engine/summary.ts';
import type { CaseBounds } from '../../src/outputs/case/case-blocks.ts';
import type { CaseInfo, PackedColumns, PartName } from '../../src/outputs/case/case-data.ts';
import { createCaseWriter } from '../../src/outputs/case/case-writer.ts';
import { FORMATS } from '../../src/outputs/index.ts';
import type { OutputContext } from '../../src/outputs/writer.ts';
import { addTexts, joinBlocks, type CaseTable } from '../../src/page/data/case-table.ts';
import { context, finding, memorySink } from '../outputs/findings.ts';

export const START = 1_767_323_045_000_000_000n; // 2026-01-02T03:04:05Z
const RULES = ['Attach/Exec Pod', 'Create Privileged Pod', 'K8s Secret Deleted'];

/** Findings a minute apart, every tenth of them high, of 3 rules, 40 users and 7 namespaces. */
export function manyFindings(count: number): Finding[] {
  return Array.from({ length: count }, (_, i) =>
    finding({
      rule: RULES[i % 3]!,
      priority: i % 10 === 0 ? 'Critical' : 'Notice',
      message: `Finding number-${i % 1000} (user=user-${i % 40})`,
      raw: `{"kind":"Event","requestObject":{"password":"hunter2hunter2","i":"${i % 500}"}}`,
      time: START + BigInt(i) * 60_000_000_000n,
      auditId: `${String(i).padStart(8, '0')}-0000-4000-8000-000000000001`,
      outputFields: [['kx.command.line', `ls ${i % 100}`]],
      subject: {
        ...finding().subject,
        user: `user-${i % 40}`,
        verb: 'create',
        namespace: `ns-${i % 7}`,
        resource: 'pods',
        subresource: 'exec',
        name: `pod-${i % 5000}`,
        sourceIp: `203.0.113.${i % 250}`,
        code: '101',
      },
    }),
  );
}

/** An HTML report with the page's code. */
export async function reportOf(
  findings: readonly Finding[],
  parts: Partial<OutputContext> = {},
): Promise<string> {
  const sink = memorySink();
  const writer = await FORMATS.html.create(sink, context({ page: pageCode, ...parts }));
  const summary = new SummaryBuilder();
  summary.input('audit.log');
  for (const one of findings) {
    writer.finding(one);
    summary.event(one.time, [one]);
  }
  summary.problem('audit.log', { reason: 'malformed-json', line: 7, detail: 'unexpected "}"' });
  summary.note('2 rules could not be decided on 3 events: bodies not logged');
  writer.end(summary.build(1));
  return sink.text();
}

/** Writes a report. @returns its address */
export function reportFile(name: string, html: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'k8s-audit-')), `${name}.html`);
  writeFileSync(file, html);
  return pathToFileURL(file).href;
}

/** What a part of a report's data holds: a value of JSON. */
export function unpack(base64: string): unknown {
  return JSON.parse(inflateRawSync(Buffer.from(base64, 'base64')).toString());
}

const columnsOf = (text: string): PackedColumns => unpack(text) as PackedColumns;

/** What the page would read of these findings. */
export interface ReadBack {
  readonly info: CaseInfo;
  readonly table: CaseTable;
  /** The columns of requests of each block that has some. */
  readonly events: readonly (PackedColumns | undefined)[];
  readonly parts: readonly { readonly part: PartName; readonly text: string }[];
}

/** Packs findings and reads them back as the page does. */
export function readBack(
  findings: readonly Finding[],
  parts: Partial<OutputContext> = {},
  bounds?: CaseBounds,
): ReadBack {
  const writer = createCaseWriter(context(parts), bounds);
  const summary = new SummaryBuilder();
  summary.input('audit.log');
  for (const one of findings) {
    writer.add(one);
    summary.event(one.time, [one]);
  }
  const all = [...writer.end(summary.build(1))];
  const of = (part: PartName): string[] =>
    all.filter((each) => each.part === part).map(({ text }) => text);
  const table = joinBlocks(of('rows').map(columnsOf));
  addTexts(table, of('details').map(columnsOf));
  return {
    info: unpack(of('case')[0]!) as CaseInfo,
    table,
    events: of('events').map((text) => (text === '' ? undefined : columnsOf(text))),
    parts: all,
  };
}

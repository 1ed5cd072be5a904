import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/engine/finding.ts';
import { SummaryBuilder } from '../../src/engine/summary.ts';
import { FORMATS } from '../../src/outputs/index.ts';
import type { FormatName } from '../../src/outputs/index.ts';
import type { OutputContext } from '../../src/outputs/writer.ts';
import { context, finding, FINDINGS, HOSTILE, memorySink, summary } from './findings.ts';

async function render(
  format: FormatName,
  findings: readonly Finding[] = FINDINGS,
  parts: Partial<OutputContext> = {},
): Promise<string> {
  const sink = memorySink();
  const writer = await FORMATS[format].create(sink, context(parts));
  const builder = new SummaryBuilder();
  writer.start?.();
  for (const one of findings) {
    writer.finding(one);
    builder.event(one.time, [one]);
  }
  writer.end(findings === FINDINGS ? summary() : builder.build(1));
  return sink.text();
}

const HUMAN = ['text', 'table', 'csv', 'markdown', 'html', 'sarif', 'junit', 'github'] as const;
const CONTROLS = /[\p{Cf}\p{Cs}]|(?![\t\r\n])\p{Cc}/u;

describe('every human format and report', () => {
  it.each(HUMAN)('%s redacts credentials in log text', async (format) => {
    const secret = 'token=hunter2x Bearer abcdefghij0123 AKIAIOSFODNN7EXAMPLE';
    const { subject } = finding({ subject: { ...finding().subject, user: secret, name: secret } });
    const one = finding({ message: secret, outputFields: [['ka.uri', secret]], subject });
    const text = await render(format, [one]);
    for (const part of ['hunter2x', 'abcdefghij0123', 'AKIAIOSFODNN7EXAMPLE']) {
      expect(text.includes(part)).toBe(false);
    }
  });

  it.each(HUMAN)('%s shows them on request', async (format) => {
    const only = [finding({ message: 'token=hunter2x', rule: 'token=hunter2x' })];
    expect((await render(format, only, { showSecrets: true })).includes('hunter2x')).toBe(true);
  });

  it.each(['csv', 'markdown', 'html', 'junit', 'github'] as const)(
    '%s holds no control or bidi character',
    async (format) => {
      expect(CONTROLS.test(await render(format))).toBe(false);
    },
  );
});

/** A reader of RFC 4180. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const match of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    row.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (match[3] === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
}

describe('csv', () => {
  it('has one record of 22 cells per finding, none a formula', async () => {
    const rows = parseCsv(await render('csv'));
    expect(rows).toHaveLength(FINDINGS.length + 1);
    expect(new Set(rows.map((row) => row.length))).toEqual(new Set([22]));
    expect(rows.flat().filter((cell) => /^[=+\-@\t\r]/.test(cell))).toEqual([]);
  });

  it('raw cells are the logged text', async () => {
    const rows = parseCsv(await render('csv', FINDINGS, { csvRaw: true }));
    const rules = rows.slice(1).map((row) => row[2]);
    expect(rules).toEqual(FINDINGS.map(({ rule }) => rule.replace(/\p{Cs}/gu, '\uFFFD')));
  });
});

describe('markdown', () => {
  it('keeps every table row in its columns', async () => {
    const rows = (await render('markdown'))
      .split('\n')
      .filter((line) => /^\| (?:high|medium|low|info) \| 2026-/.test(line));
    expect(rows).toHaveLength(FINDINGS.length);
    for (const row of rows) expect(row.replaceAll(/\\./g, '').split('|')).toHaveLength(13);
  });

  it('has no HTML, link, image or mention of the log', async () => {
    const text = (await render('markdown')).replaceAll('<!-- -->', '').replaceAll(/\\./g, '');
    expect(text).not.toMatch(/<|\]|https?:\/\/|www\.|`/);
    expect(await render('markdown')).not.toMatch(/@(?!<!-- -->)/);
  });

  it('lists the most severe findings when there are too many', async () => {
    const many = Array.from({ length: 1200 }, () => finding({ priority: 'Debug' }));
    const text = await render('markdown', [...many, finding({ priority: 'Alert' })]);
    expect(text).toMatch(/^\| high \| 2026-\S+ \S+ \| Attach\/Exec Pod \|.*\| Alert \|/m);
    expect(text).toContain('201 more findings, none more severe.');
  });

  it('stays below the 1 MiB that GitHub takes', async () => {
    const long = '[|]'.repeat(400);
    const many = Array.from({ length: 1000 }, () => finding({ message: long, rule: long }));
    expect(Buffer.byteLength(await render('markdown', many))).toBeLessThan(1024 * 1024);
  });
});

describe('github', () => {
  it('writes nothing but annotations and counts', async () => {
    const lines = (await render('github')).trimEnd().split('\n');
    const annotation = /^::(?:error|warning|notice) (?:file=[^:,]*,line=\d+,)?title=[^:,]*::/;
    const other = lines.filter((line) => !annotation.test(line));
    expect(other).toEqual(['4 more warnings not annotated']);
  });

  it('annotates at most ten of a kind, the most severe ones', async () => {
    const errors = Array.from({ length: 30 }, () => finding({ priority: 'Error' }));
    const text = await render('github', [...errors, finding({ priority: 'Emergency' })]);
    expect(text.match(/^::error/gm)).toHaveLength(10);
    expect(text).toMatch(/^::error .*title=Emergency%3A/);
    expect(text).toContain('21 more errors not annotated');
  });

  it('names no file for standard input', async () => {
    const stdin = finding({ origin: { file: '-', line: 3 } });
    expect(await render('github', [stdin])).toMatch(/^::notice title=/);
  });
});

/** Names of the elements in the order they are closed; throws when XML is not well-formed. */
function checkXml(text: string): string[] {
  const open: string[] = [];
  const closed: string[] = [];
  const body = text.replace(/^<\?xml[^>]*\?>\n/, '');
  const tag = /<(\/?)([a-z-]+)((?: [a-z-]+="[^"<]*")*)(\/?)>|[^<]+/gy;
  let end = 0;
  for (const match of body.matchAll(tag)) {
    end = match.index + match[0].length;
    const [whole, slash, name, , selfClosed] = match;
    if (name === undefined) {
      if (/&(?!(?:amp|lt|gt|quot|#39|#96|#10|#9);)|\]\]>/.test(whole)) throw new Error(whole);
    } else if (slash === '/') {
      if (open.pop() !== name) throw new Error(`unexpected </${name}>`);
      closed.push(name);
    } else if (selfClosed === '/') closed.push(name);
    else open.push(name);
  }
  if (end !== body.length) throw new Error(`not XML: ${body.slice(end, end + 80)}`);
  if (open.length > 0) throw new Error(`open: ${open.join()}`);
  return closed;
}

describe('junit', () => {
  it('is well-formed with a suite per input and a case per enabled rule', async () => {
    const names = checkXml(await render('junit'));
    expect(names.at(-1)).toBe('testsuites');
    const files = new Set([...FINDINGS.map(({ origin }) => origin.file), ...summary().inputs]);
    expect(names.filter((name) => name === 'testsuite')).toHaveLength(files.size);
    const quiet = checkXml(await render('junit', [finding()]));
    expect(quiet.filter((name) => name === 'testcase')).toHaveLength(3);
  });

  it.each([
    ['Warning', '<failure message="1 finding of priority Critical" type="Critical">'],
    ['Alert', '<system-out>1 finding of priority Critical, below the gate'],
  ] as const)('with the gate at %s says %s', async (failOn, text) => {
    expect(await render('junit', [finding({ priority: 'Critical' })], { failOn })).toContain(text);
  });
});

describe('html', () => {
  // The style of the page with JavaScript is in the report too, and would cut the lists.
  it('names its parts without JavaScript as the page names none of its own', async () => {
    const text = await render('html');
    const own = [...text.matchAll(/ class="([^"]*)"/g)].flatMap(([, names]) => names!.split(' '));
    const page = readFileSync(new URL('../../src/page/page.css', import.meta.url), 'utf8');
    const styled = new Set([...page.matchAll(/\.([a-z][\w-]*)/g)].map(([, name]) => name!));
    expect(own).toContain('tops');
    expect(own.filter((name) => styled.has(name) && !name.startsWith('s-'))).toEqual([]);
  });

  it('shows all rows of its lists on paper', async () => {
    const text = await render('html');
    expect(text).toContain('.tops>div{max-height:none;overflow:visible}');
  });

  it('has only our own elements and attributes', async () => {
    const page = await render('html');
    const shell = page.replace(/<style>.*?<\/style>/s, '').replace(/<script>.*<\/script>/s, '');
    const tags = shell.match(/<[^>]*>/g) ?? [];
    const ours =
      /^<(?:!DOCTYPE html|\/?[a-z0-9]+(?: (?:lang|charset|http-equiv|name|content|class|id|type|value|placeholder|aria-label|aria-live|role|viewBox|preserveAspectRatio|x|y|width|height|data-[a-z]+)="[^"<>]*"| (?:checked|hidden))*)\/?>$/;
    expect(tags.filter((tag) => !ours.test(tag))).toEqual([]);
    expect(page).not.toContain('<script');
    expect(shell).not.toMatch(/<(?:img|iframe|a|link|object|base)\b/);
  });

  it('lets nothing load from the network', async () => {
    const page = await render('html');
    expect(page).toMatch(
      /Content-Security-Policy" content="default-src 'none'; style-src 'sha256-[^']+'; script-src 'none'; base-uri 'none'; form-action 'none'"/,
    );
  });

  it('shows the hundred most severe events without JavaScript', async () => {
    const many = Array.from({ length: 150 }, () => finding({ priority: 'Debug' }));
    const page = await render('html', [...many, finding({ priority: 'Emergency' })]);
    expect(page.match(/<details /g)).toHaveLength(100);
    expect(page).toContain('data-p="0"');
    expect(page).toContain('51 more events with findings, none more severe than those shown');
  });

  it('hides the value of a field that asks for a credential', async () => {
    const one = finding({ outputFields: [['ka.uri.param[token]', 'plainvalue']] });
    expect(await render('html', [one])).not.toContain('plainvalue');
  });
});

it('the hostile texts are all in the set', () => {
  expect(FINDINGS.map(({ rule }) => rule)).toEqual(
    expect.arrayContaining(HOSTILE.map(([, text]) => text)),
  );
});

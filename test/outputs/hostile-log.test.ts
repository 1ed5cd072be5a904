import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import type { FormatName } from '../../src/outputs/index.ts';
import { eventLine, folder, ruleText } from '../cli/events.ts';
import { runCli } from '../cli/run-cli.ts';
import { HOSTILE } from './findings.ts';

/** Characters that no terminal or viewer may be sent. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
/** Hostile texts but those that only make it long, or are about something else. */
const TEXTS = HOSTILE.filter(([name]) => name !== 'long' && name !== 'secrets');

/** A log in which every string that anyone but the API server chooses holds the text. */
function event(text: string, index: number): string {
  return eventLine({
    auditID: `${text}${index}`,
    verb: text,
    requestURI: `/api/v1/namespaces/x/pods/y/exec?command=${text}`,
    user: { username: text, groups: [text], extra: { [text]: [text] } },
    impersonatedUser: { username: text, groups: [text] },
    sourceIPs: [text],
    userAgent: text,
    objectRef: { resource: text, namespace: text, name: text, subresource: text, apiVersion: text },
    responseStatus: { code: 200, message: text, reason: text },
    requestObject: { kind: text, metadata: { name: text, labels: { [text]: text } }, spec: text },
    annotations: { 'authorization.k8s.io/decision': text, 'authorization.k8s.io/reason': text },
  });
}

const RULE = ruleText('Any', 'ka.auditid exists', {
  more: '',
}).replace(
  'Any (user=%ka.user.name)',
  'Any (%ka.verb %ka.uri %ka.user.name %ka.useragent %ka.target.name %ka.target.namespace ' +
    '%ka.target.resource %ka.auth.reason %ka.response.reason %jevt.obj)',
);

const schema = readFileSync(
  join(import.meta.dirname, '..', 'fixtures', 'schemas', 'junit.xsd'),
  'utf8',
);
const at = folder({ 'rules.yaml': RULE });

async function scan(format: FormatName, tty = false): Promise<string> {
  const args = ['scan', join(at, 'audit.log'), '--no-default-rules', '-r', join(at, 'rules.yaml')];
  const { code, stdout, stderr } = await runCli({
    args: [...args, '-f', format, '--color', 'never'],
    tty: { stdout: tty },
    columns: 100,
  });
  expect({ code, unseen: UNSEEN.test(stderr.replaceAll('\n', '')) }).toEqual({
    code: 0,
    unseen: false,
  });
  expect(stderr).toContain(`${TEXTS.length} `);
  return stdout;
}

const lines = (text: string): string[] => text.split('\n');

describe('a log whose every text is hostile', () => {
  beforeAll(() => {
    writeFileSync(join(at, 'audit.log'), TEXTS.map(([, text], i) => event(text, i)).join('\n'));
  });

  it.each(['text', 'table'] as const)('sends nothing but visible text as %s', async (format) => {
    expect(lines(await scan(format, true)).join('')).not.toMatch(UNSEEN);
  });

  it.each(['markdown', 'html', 'sarif', 'github', 'ndjson', 'json'] as const)(
    'has no control character in %s',
    async (format) => {
      const text = (await scan(format, true)).replace(/[\n\t]/g, '');
      expect(text).not.toMatch(/[\p{Cc}\p{Cs}]/u);
    },
  );

  const printed = [
    'text',
    'table',
    'json',
    'ndjson',
    'csv',
    'markdown',
    'html',
    'sarif',
    'junit',
    'ecs',
    'ocsf',
  ] as const;
  it.each(printed)('gives a CI job that prints it no command in %s', async (format) => {
    // What annotations are made of is a command by intent, so github is not among them.
    expect(await scan(format)).not.toMatch(/##[a-z]*\[|^\s*::(set-output|error)/im);
  });

  it('is one line per finding in text and ndjson', async () => {
    for (const format of ['text', 'ndjson'] as const) {
      expect(lines(await scan(format)).filter((line) => line !== '')).toHaveLength(TEXTS.length);
    }
  });

  it('is a CSV of full rows without formulas', async () => {
    const rows = readCsv(await scan('csv'));
    expect(rows).toHaveLength(TEXTS.length + 1);
    for (const row of rows) {
      expect(row).toHaveLength(rows[0]!.length);
      expect(row.filter((cell) => /^[=+\-@\t\r\n]/.test(cell))).toEqual([]);
    }
  });

  it('is valid XML as junit', async () => {
    const xml = [{ fileName: 'x.xml', contents: await scan('junit') }];
    expect((await validateXML({ xml, schema })).errors).toEqual([]);
  });

  it('is nothing but commands and remarks as github', async () => {
    const text = await scan('github');
    for (const line of lines(text)) {
      expect(line).toMatch(
        /^(?:::(?:error|warning|notice) [^:]*::[^]*|\d+ more .* not annotated|)$/,
      );
    }
    expect(text).not.toMatch(/^::(?:set-output|add-mask|stop-commands)/m);
  });

  it('brings no element or script of its own into html', async () => {
    const html = await scan('html');
    const data = html.match(
      /<script type="text\/plain" data-part="[a-z]+(?:-[a-z]+)*">[A-Za-z0-9+/=]*<\/script>/g,
    )!;
    expect(html.match(/<script\b/g)).toHaveLength(data.length + 1);
    const markup = html.replace(/<script>[^]*<\/script>/, '');
    expect(markup).not.toMatch(/<(?:img|iframe|object|embed|link|base|a)\b/i);
    const tags = html
      .slice(0, html.indexOf('<script'))
      .match(/<[^>]*>/g)!
      .map((tag) => tag.replace(/"[^"]*"/g, ''));
    expect(tags.filter((tag) => / (?:on\w+|href|src|style)=/.test(tag))).toEqual([]);
  });

  it('brings no link, image, mention or HTML into markdown', async () => {
    const text = await scan('markdown');
    const unescaped = text.replace(/\\[^]/g, '').replaceAll('<!-- -->', '');
    expect(unescaped).not.toMatch(/[<>]|\]\(|!\[|:\/\/|`/);
    expect(text).not.toMatch(/@(?!<!-- -->)/);
  });
});

/** Rows of a CSV text (RFC 4180). */
function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const [, quoted, plain, end] of text.matchAll(
    /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g,
  )) {
    row.push(quoted?.replaceAll('""', '"') ?? plain!);
    if (end === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
}

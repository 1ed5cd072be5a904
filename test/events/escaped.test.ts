import { describe, expect, test } from 'vitest';
import { accounted, auditEvent, decode, ids, line } from './decode.ts';

const QUOTED = { ...auditEvent('a'), requestObject: { args: `it's "quoted" \\ and <b> & more\n` } };
const TEXT = JSON.stringify(QUOTED);
const inner = (text: string): string => JSON.stringify(text).slice(1, -1);
const marked = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
const doubled = TEXT.replaceAll('\\', '\\\\');

describe('events that were escaped once more than JSON asks for', () => {
  test.each([
    ['a JSON string without its quotes', inner(TEXT)],
    ['the same with its line feed', inner(`${TEXT}\n`)],
    ['that inside a wrapper', JSON.stringify({ log: inner(TEXT) })],
    ['that behind a prefix', `2026-01-02T03:04:05Z stdout F ${inner(TEXT)}`],
    ['twice', inner(inner(TEXT))],
    ['entities of a web page', marked(TEXT)],
    ['the same with numbers', marked(TEXT).replaceAll('&quot;', '&#34;')],
    ['the same between tags', `<div class="line">${marked(TEXT)}</div>`],
    [
      'the text of an XML element',
      `<field k='_raw'><v xml:space='preserve'>${TEXT.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</v></field>`,
    ],
    ['the text of a page that is not escaped', `<pre>${TEXT}</pre>`],
    ['quotes of CSV', TEXT.replaceAll('"', '""')],
    ['backslashes, with tabs between columns', `2026-01-02 03:04:05\t${doubled}`],
    ['the same with a column behind', `2026-01-02 03:04:05\t${doubled}\t7`],
    ['the same without another column', doubled],
    ['the same as a string of Python', `'${doubled.replaceAll("'", String.raw`\'`)}'`],
    ['an element of a list of Redis', `12) ${JSON.stringify(TEXT)}`],
    ['the same inside another list', ` 1) 2) ${JSON.stringify(TEXT)}`],
  ])('%s', (_name, text) => {
    const decoded = decode(`${text}\n${line('b')}\n${text}\n`);
    expect(ids(decoded)).toEqual(['a', 'b', 'a']);
    expect(decoded.events[0]!.value).toEqual(QUOTED);
    expect(accounted(decoded)).toBe(3);
    expect(decoded.reasons).toEqual([]);
  });

  test('rows of a table with a header', () => {
    const decoded = decode(`time\tmessage\n2026-01-02\t${doubled}\n2026-01-02\t${line('b')}\n`);
    expect(ids(decoded)).toEqual(['a', 'b']);
    expect(decoded.events[0]!.value).toEqual(QUOTED);
  });

  test('are named when they are cut', () => {
    expect(decode(`${inner(TEXT).slice(0, -30)}\n`).reasons).toEqual(['1:cut-json']);
    expect(decode(`${JSON.stringify({ log: inner(TEXT).slice(0, -31) })}\n`).reasons).toEqual([
      '1:cut-json',
    ]);
  });

  test('what clients send in quotes of another kind is none', () => {
    const agent = `10.0.0.1 "GET / HTTP/1.1" 200 "-" ${JSON.stringify(TEXT)}`;
    expect(decode(`${agent}\n`).events).toEqual([]);
    for (const before of [
      '10.0.0.1 - GET /?x=',
      '<134>Jan  2 03:04:05 n1 nginx: GET /?x=>',
      '<1>x<v>',
    ])
      expect(decode(`${before}${marked(TEXT)}</v>\n`).events).toEqual([]);
    const web = { ...auditEvent('d'), requestObject: { data: marked(TEXT) } };
    expect(ids(decode(`someone said ${JSON.stringify(web)}\n`))).toEqual(['d']);
    const body = { ...auditEvent('c'), requestObject: { data: inner(TEXT) } };
    expect(ids(decode(`${JSON.stringify(body)}\n`))).toEqual(['c']);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  escapeCommandData,
  escapeCommandProperty,
  escapeCsv,
  escapeCsvRaw,
  escapeHtml,
  escapeJsonText,
  escapeMarkdown,
  escapeTerminal,
  escapeXml,
  escapeXmlAttribute,
} from '../../src/outputs/encode/escape.ts';

interface Table {
  readonly run: (text: string) => string;
  readonly cases: readonly (readonly [input: string, output: string])[];
}

const CASES: Readonly<Record<string, Table>> = {
  escapeTerminal: {
    run: escapeTerminal,
    cases: [
      ['plain ~text', 'plain ~text'],
      ['\u001b[31m\u0007\u0000', '\\x1b[31m\\x07\\x00'],
      ['\u007f\u009b', '\\x7f\\x9b'],
      ['a\tb\nc\r\nd\re', 'a b c d\\x0de'],
      ['\u202e\u2066\u200f\u061c', '\\u202e\\u2066\\u200f\\u061c'],
      ['\u200b\ufeff\u00ad\u{e0041}', '\\u200b\\ufeff\\xad\\u{e0041}'],
      ['\u2028\u2029\uffff', '\\u2028\\u2029\\uffff'],
      ['\ud800x', '\uFFFDx'],
      ['ü 日本 🦊 e\u0301', 'ü 日本 🦊 e\u0301'],
      ['##[add-mask]a ##VSO[task.complete]', '\\x23#[add-mask]a \\x23#VSO[task.complete]'],
      ["###teamcity[x '\u001b'", "#\\x23#teamcity[x '\\x1b'"],
      ['a ::set-output name=x::1', 'a \\x3a:set-output name=x::1'],
      ['long::STOP-commands::x\t::error::y', 'long\\x3a:STOP-commands::x \\x3a:error::y'],
      ['## a [b] #[c]', '## a [b] #[c]'],
      ['::1 ::ffff:10.0.0.1 IO::Socket::errors', '::1 ::ffff:10.0.0.1 IO::Socket::errors'],
    ],
  },
  escapeJsonText: {
    run: escapeJsonText,
    cases: [
      ['a"b\\c/d', 'a\\"b\\\\c/d'],
      ['\b\f\n\r\t', '\\b\\f\\n\\r\\t'],
      ['\u0000\u001b\u001f', '\\u0000\\u001b\\u001f'],
      ['\ud800 \udc00\ud83d', '\uFFFD \uFFFD\uFFFD'],
      ['\\ud800 🦊', '\\\\ud800 🦊'],
      ['\u007f\u009b\u202e\ufeff', '\\u007f\\u009b\\u202e\\ufeff'],
      ['\u{e0041}', '\\udb40\\udc41'],
      ['ü 🦊', 'ü 🦊'],
      ['##vso[x] "##[y]" ## z', '\\u0023#vso[x] \\"\\u0023#[y]\\" ## z'],
    ],
  },
  escapeCsv: {
    run: escapeCsv,
    cases: [
      ['plain', 'plain'],
      ['', ''],
      ['a,b', '"a,b"'],
      ['a;b', '"a;b"'],
      ['say "x"', '"say ""x"""'],
      ['a\nb', '"a\nb"'],
      ['=1+1', `"'=1+1"`],
      ['+1', `"'+1"`],
      ['-1', `'-1`],
      ['@x', `'@x`],
      ['\t=1', `"'\t=1"`],
      ['\r=1', `"'\r=1"`],
      ['\uff1d1', `"'\uff1d1"`],
      ['\u001b[31m\u202e', '"\\x1b[31m\\u202e"'],
      ['a\n::error::##[x]', '"a\n\\x3a:error::\\x23#[x]"'],
    ],
  },
  escapeCsvRaw: {
    run: escapeCsvRaw,
    cases: [
      ['=1+1', '"=1+1"'],
      ['a,"b"\n', '"a,""b""\n"'],
      ['\ud800', '"\uFFFD"'],
      ['system:node:a/b', 'system:node:a/b'],
    ],
  },
  escapeHtml: {
    run: escapeHtml,
    cases: [
      [`<a href="x" y='z'>&\``, '&lt;a href=&quot;x&quot; y=&#39;z&#39;&gt;&amp;&#96;'],
      ['a\nb\u0000\u202e', 'a\nb\\x00\\u202e'],
      ['a\n::debug::##[x]', 'a\n\\x3a:debug::\\x23#[x]'],
    ],
  },
  escapeXml: {
    run: escapeXml,
    cases: [
      [']]>&', ']]&gt;&amp;'],
      ['\u0000\u001b\ufffe\r\n', '\\x00\\x1b\\ufffe\\x0d\n'],
    ],
  },
  escapeXmlAttribute: {
    run: escapeXmlAttribute,
    cases: [['a\n"b"\tc', 'a&#10;&quot;b&quot;&#9;c']],
  },
  escapeMarkdown: {
    run: escapeMarkdown,
    cases: [
      ['a|b`c`*d*_e_', 'a\\|b\\`c\\`\\*d\\*\\_e\\_'],
      ['[x](y) ![i](j)', '\\[x\\](y) !\\[i\\](j)'],
      ['<b>&amp;', '&lt;b&gt;&amp;amp;'],
      ['https://evil.example www.x.example', 'https&#58;//evil.example www&#46;x.example'],
      ['@everyone', '@<!-- -->everyone'],
      ['# title\n- item', '\\# title - item'],
      ['- item', '\\- item'],
      ['1. item', '\\1. item'],
    ],
  },
  escapeCommandData: {
    run: escapeCommandData,
    cases: [
      ['100% x\r\n::error::y', '100%25 x%0D%0A::error::y'],
      ['\u001b[0m', '\\x1b[0m'],
    ],
  },
  escapeCommandProperty: { run: escapeCommandProperty, cases: [['a:b,c%\n', 'a%3Ab%2Cc%25%0A']] },
};

/** Any UTF-16 code units, lone surrogates included, those that matter here often. */
const text = fc.string({
  unit: fc.oneof(
    fc.constantFrom(...'=+-@\t\r\n,;"\'`<>&|[]()\\:%\u001b\u009b\u202e\ud800 \udc00'.split('')),
    fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
  ),
});

describe.each(Object.entries(CASES))('%s', (_, { run, cases }) => {
  it.each(cases)('escapes %j', (input, output) => {
    expect(run(input)).toBe(output);
  });

  it('never leaves a lone surrogate', () => {
    fc.assert(
      fc.property(text, (t) => {
        expect(run(t)).not.toMatch(/\p{Cs}/u);
      }),
    );
  });
});

describe('for any text', () => {
  it('terminal text is one line without controls', () => {
    fc.assert(
      fc.property(text, (t) => {
        expect(escapeTerminal(t)).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      }),
    );
  });

  it('a text line reads back as JSON', () => {
    fc.assert(
      fc.property(text, (t) => {
        const expected = t.replace(/\p{Cs}/gu, '\uFFFD');
        expect(JSON.parse(`"${escapeJsonText(t)}"`)).toBe(expected);
      }),
    );
  });

  it('a CSV cell never starts a formula', () => {
    fc.assert(
      fc.property(text, (t) => {
        expect(escapeCsv(t)).not.toMatch(/^"?[=+\-@\t\r\n]/);
      }),
    );
  });

  it('HTML never opens a tag, an attribute or an entity of its own', () => {
    const markup = /[<>"'`]|&(?!(?:amp|lt|gt|quot|#39|#96);)/;
    fc.assert(
      fc.property(text, (t) => {
        expect(escapeHtml(t)).not.toMatch(markup);
      }),
    );
  });

  it('a workflow command stays on its line', () => {
    fc.assert(
      fc.property(text, (t) => {
        expect(escapeCommandData(t)).not.toMatch(/[\r\n]/);
      }),
    );
  });
});

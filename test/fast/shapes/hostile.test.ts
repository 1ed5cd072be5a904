import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import { CUT_SIZES } from '../../../src/events/text/split.ts';
import { rulesOf } from '../conditions.ts';
import { wholeLine } from '../corpus.ts';
import { scanFast, scanReference, type Outcome } from '../engines.ts';

const rules = await rulesOf(['ka.verb exists', 'ka.cluster.name exists']);
const OPTIONS = { rules, matching: 'all' } as const;
const json = JSON.stringify;

const event = (id: string, more: Readonly<Record<string, string>> = {}): string =>
  wholeLine({ auditID: json(id), ...more }).trim();

/** What both engines find on lines of a wrapping, and on those that try to pass for it. */
function both(lines: readonly (string | Buffer)[]) {
  const parts = lines.flatMap((line) => [Buffer.from(line as string), Buffer.from('\n')]);
  const input = Buffer.concat(parts);
  return [scanFast(input, OPTIONS, 1 << 20), scanReference(input, OPTIONS)] as const;
}

/** The same for tests that look at what was found. */
function found(lines: readonly (string | Buffer)[]): Outcome {
  const [fast, reference] = both(lines);
  expect(fast).toEqual(reference);
  return fast;
}

const docker = (log: string, more = {}): string =>
  json({ log, stream: 'stdout', time: 't', ...more });
const usual = (wrap: (text: string) => string): string[] =>
  ['a', 'b', 'c', 'd'].map((id) => wrap(event(id)));

test.each([
  ['a key in a free value', '{"x":"\\",\\"line\\":\\"","labels":{"cluster":"c"},"line":LINE}'],
  ['the key of the event twice', '{"x":1,"labels":{"cluster":"c"},"line":LINE,"line":"{}"}'],
  [
    'the key of the event twice, the other first',
    '{"x":1,"labels":{"cluster":"c"},"line":"{}","line":LINE}',
  ],
  ['another order', '{"line":LINE,"x":1,"labels":{"cluster":"c"}}'],
  ['another cluster', '{"x":1,"labels":{"cluster":"evil"},"line":LINE}'],
  ['the cluster twice', '{"x":1,"labels":{"cluster":"c","cluster":"evil"},"line":LINE}'],
  ['an escaped key', '{"x":1,"labels":{"clust\\u0065r":"c"},"line":LINE}'],
  ['labels that are a list', '{"x":1,"labels":["cluster"],"line":LINE}'],
  ['a free value that is broken', '{"x":1.2.3e,"labels":{"cluster":"c"},"line":LINE}'],
  ['a free value that is no JSON', '{"x":nul,"labels":{"cluster":"c"},"line":LINE}'],
  ['a free value with a line feed spelt out', '{"x":"\\n","labels":{"cluster":"c"},"line":LINE}'],
  ['text behind', '{"x":1,"labels":{"cluster":"c"},"line":LINE} {}'],
  [
    'an event that ends early',
    '{"x":1,"labels":{"cluster":"c"},"line":"{\\"kind\\":\\"Event\\"}\\",\\"x\\":LINE"}',
  ],
  ['an item that hides another', '{"x":1,"labels":{"cluster":"c"},"line":LINE,"items":[]}'],
  [
    'the kind of another wrapper',
    '{"x":1,"labels":{"cluster":"c"},"line":LINE,"kind":"EventList"}',
  ],
  ['a byte order mark inside', '{"x":1,"labels":{"cluster":"c"},"line":"\\ufeffINNER"}'],
  ['blanks inside', '{"x":1,"labels":{"cluster":"c"},"line":"  INNER \\t"}'],
  ['a line feed in a string of the event', '{"x":1,"labels":{"cluster":"c"},"line":"FEED"}'],
  ['a line feed between tokens', '{"x":1,"labels":{"cluster":"c"},"line":"SPREAD"}'],
  ['colour in a free value', '{"x":"\u001b[31m","labels":{"cluster":"c"},"line":LINE}'],
  ['colour that hides an escape', '{"x":"\\\u001b[31m","labels":{"cluster":"c"},"line":LINE}'],
  ['colour in the event', '{"x":1,"labels":{"cluster":"c"},"line":"COLOUR"}'],
])('JSON: %s', (_name, template) => {
  const inner = json(event('z')).slice(1, -1);
  const last = template
    .replace('LINE', () => json(event('z')))
    .replace('INNER', () => inner)
    .replace('FEED', () => inner.replace('jane', 'ja\\nne'))
    .replace('SPREAD', () => inner.replace(',', ',\\n'))
    .replace('COLOUR', () => inner.replace('jane', 'ja\\u001b[31mne'));
  expect(
    found([
      ...usual((line) => json({ x: 1, labels: { cluster: 'c' }, line })),
      last,
      ...usual((line) => json({ x: 1, labels: { cluster: 'c' }, line })),
    ]).lines,
  ).toBeGreaterThan(0);
});

test.each([
  ['digits in a group', '2026-01-02T03:04:05Z node-2 k3s[813]: E'],
  ['other digits', '2027-11-12T13:14:15Z node-1 k3s[812]: E'],
  ['a letter for a digit', '2026-01-02T03:O4:05Z node-1 k3s[812]: E'],
  ['another number of digits', '2026-01-02T03:04:05.5Z node-1 k3s[812]: E'],
  ['digits of another script', '2026-01-02T03:04:0٥Z node-1 k3s[812]: E'],
  ['one blank more', '2026-01-02T03:04:05Z node-1 k3s[812]:  E'],
  ['a second prefix', '2026-01-02T03:04:05Z node-1 k3s[812]: 2026-01-02T03:04:05Z E'],
  ['a blank behind the first colon of the event', '2026-01-02T03:04:05Z node-1 SPACED'],
  ['klog', '2026-01-02T03:04:05Z node-1 k3s[812]: I0102 03:04:05.123456       1 a.go:1] text'],
  ['an array', '2026-01-02T03:04:05Z node-1 k3s[812]: [E]'],
])('a prefix: %s', (_name, template) => {
  const wrap = (text: string): string => `2026-01-02T03:04:05Z node-1 k3s[812]: ${text}`;
  const last = template
    .replace('SPACED', () => event('z').replaceAll('":', '": '))
    .replace('E', () => event('z'));
  expect(found([...usual(wrap), last, ...usual(wrap)]).lines).toBeGreaterThan(0);
});

/** An event whose text has some bytes, of which some are those of wide characters, or no UTF-8. */
function sized(bytes: number, pad: string): Buffer {
  const text = event('z', { pad: '""' });
  const room = bytes - text.length;
  const unit = Buffer.from(pad, 'latin1');
  const fill = Buffer.concat([
    ...Array.from({ length: 3 }, () => unit),
    Buffer.alloc(room - 3 * unit.length, 0x78),
  ]);
  const at = text.indexOf('"pad":"') + 7;
  return Buffer.concat([Buffer.from(text.slice(0, at)), fill, Buffer.from(text.slice(at))]);
}

const around = CUT_SIZES.flatMap((size) =>
  [-40, -37, -9, -6, -3, -1, 0, 1, 6].map((more) => size + more),
);

test.each(around)('texts of %i bytes, which a logger may have cut', (bytes) => {
  const texts = ['x', '\xc3\xa9', '\xff'].map((pad) => sized(bytes, pad).toString('latin1'));
  const wraps = [
    (text: string) => docker(text),
    (text: string) => docker(`${text}\n`),
    (text: string) => `2026-01-02T03:04:05Z node-1 k3s[812]: ${text}`,
    (text: string) => `Jan 02 03:04:05 node-1 k3s[812]: 2026-01-02T03:04:05Z ${text}`,
    (text: string) => json({ MESSAGE: text, __REALTIME_TIMESTAMP: '1', _HOSTNAME: 'n' }),
    (text: string) => json({ message: `2026-01-02T03:04:05Z node-1 k3s[812]: ${text}`, host: 'h' }),
  ];
  for (const wrap of wraps) {
    // JSON.stringify leaves what is above ASCII as it is: a character is a byte here.
    const lines = texts.flatMap((text) => [Buffer.from(wrap(text), 'latin1'), ...usual(wrap)]);
    expect(found([...usual(wrap), ...lines]).lines).toBeGreaterThan(0);
  }
});

test('parts of two streams between whole lines are put together by the decoder', () => {
  const cri = (tag: string, stream: string, text: string): string =>
    `2026-01-02T03:04:05.5Z ${stream} ${tag} ${text}`;
  const whole = event('z');
  const seen = found([
    ...usual((text) => cri('F', 'stdout', text)),
    cri('P', 'stdout', whole.slice(0, 50)),
    cri('F', 'stderr', event('y')),
    cri('F', 'stdout', whole.slice(50)),
    ...usual((text) => cri('F', 'stdout', text)),
  ]);
  expect(seen.events).toBe(10);
});

test('an event keeps the line and the context of its wrapping, and the context of its own wins', () => {
  const wrap = (host: string, text: string): string =>
    json({ labels: { node: host, cluster: 'c' }, line: text });
  const own = event('q', { hostname: '"own"' });
  const { findings } = found([
    ...['n1', 'n1', 'n2', 'n1', 'n2', 'n2'].map((host) => wrap(host, event(host))),
    wrap('n1', own),
  ]);
  const origins = findings.map((text) => {
    const { origin } = JSON.parse(text) as {
      origin: { line: number; node: string; cluster: string };
    };
    return [origin.line, origin.node, origin.cluster];
  });
  expect(origins.filter((_, i) => i % 2 === 0)).toEqual([
    [1, 'n1', 'c'],
    [2, 'n1', 'c'],
    [3, 'n2', 'c'],
    [4, 'n1', 'c'],
    [5, 'n2', 'c'],
    [6, 'n2', 'c'],
    [7, 'own', 'c'],
  ]);
});

test('texts of wrapped lines stay until their events were judged, also when the room for them is used up', () => {
  const big = (id: string): string =>
    event(id, { requestObject: json({ pad: 'y'.repeat(900_000) }) });
  const lines = Array.from({ length: 14 }, (_, i) => docker(`${big(`id-${i}`)}\n`));
  const seen = found(lines);
  expect(seen.findings).toHaveLength(14);
  // Longer than the room for texts: left to the decoder.
  expect(
    found([
      ...lines.slice(0, 3),
      docker(`${event('l', { pad: json('z'.repeat(5_000_000)) })}\n`),
      lines[0]!,
    ]).lines,
  ).toBeGreaterThan(0);
});

test('parts may be cut anywhere, also inside a character, and at a place that looks like the end of something', () => {
  const text = Buffer.from(
    event('z', {
      pad: json('zoë 😀 ,"{'),
      list: '["a","{\\"b\\":[\\"c\\"]}","[{    x","{  ", "[[", "}" ]',
      x: '[[{"":""}]]',
    }),
  );
  const cri = (tag: string, part: Buffer): Buffer =>
    Buffer.concat([Buffer.from(`2026-01-02T03:04:05.5Z stdout ${tag} `), part]);
  const known = ['a', 'b', 'c'].flatMap((id) => [
    cri('P', Buffer.from(event(id).slice(0, 40))),
    cri('F', Buffer.from(event(id).slice(40))),
  ]);
  // Several cuts a scan, with lines that are known between them: a scan costs more than its lines.
  const CUTS = 16;
  for (let from = 1; from < text.length; from += CUTS) {
    const lines = [...known];
    for (let at = from; at < Math.min(from + CUTS, text.length); at++) {
      lines.push(cri('P', text.subarray(0, at)), cri('F', text.subarray(at)), ...known);
    }
    expect(found(lines).lines).toBeGreaterThan(0);
  }
});

test.each([
  ['a part is missing', ['P', 'stderr F', 'F']],
  ['a whole line between', ['P', 'blank', 'F']],
  ['the last part is missing', ['P', 'P']],
  ['the first part is missing', ['F']],
  ['carriage returns', ['P\r', 'F\r']],
])('of the parts of an event: %s', (_name, order) => {
  const known = ['a', 'b', 'c'].flatMap((id) => [
    `2026-01-02T03:04:05.5Z stdout P ${event(id).slice(0, 40)}`,
    `2026-01-02T03:04:05.5Z stdout F ${event(id).slice(40)}`,
  ]);
  const text = event('z');
  const lines = order.map((what, i) => {
    if (what === 'blank') return '';
    if (what.startsWith('stderr')) return `2026-01-02T03:04:05.5Z ${what} ${text}`;
    const end = what.endsWith('\r') ? '\r' : '';
    const part = i === 0 ? text.slice(0, 60) : text.slice(60);
    return `2026-01-02T03:04:05.5Z stdout ${what.trim()} ${part}${end}`;
  });
  expect(found([...known, ...lines, ...known]).lines).toBeGreaterThan(0);
  expect(found([...known, ...lines]).lines).toBeGreaterThan(0);
});

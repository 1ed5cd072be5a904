/** A small deterministic random number generator (mulberry32). */
export function randomOf(seed) {
  let state = seed >>> 0;
  const below = (n) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * n);
  };
  return {
    below,
    pick: (list) => list[below(list.length)],
    chance: (percent) => below(100) < percent,
  };
}

const BYTES = [
  '\0',
  '\x7f',
  '\x1b[2J',
  '\x1e',
  '\xff',
  '\xc3(',
  '\xed\xa0\x80',
  '\xef\xbb\xbf',
  '\x85',
  '\xe2\x80\xa8',
];
const TOKENS = [
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"',
  '\\',
  '\\u',
  '\\ud800',
  "'",
  '#',
  '- ',
  '*',
  '?',
  '(',
  ')',
  '!',
  '|',
  '&a',
  '<<:',
  '%',
  '~',
  '`',
  '\t',
  '  ',
  '\r',
  '\n',
  '\r\n',
  'null',
  'true',
  '1e400',
  '-0',
  '12345678901234567890123',
  '__proto__',
  'constructor',
  'and',
  'or not',
  'in ()',
  '>=',
  'startswith',
  '9999-12-31',
  '0000-00-00T00:00:00Z',
  '2026-03-05',
  'Europe/Berlin',
  '10d',
  '-1',
  '{}',
  '[[]]',
  '"": ""',
];

/** A text (a character a byte) with a few of the changes that files suffer, or attackers make. */
export function mutated(random, text, others = [text]) {
  let out = text;
  for (let i = 0, n = 1 + random.below(3); i < n; i++) {
    const at = random.below(out.length + 1);
    const end = Math.min(out.length, at + random.below(40));
    const other = random.pick(others);
    switch (random.below(10)) {
      case 0: {
        const code = out.charCodeAt(at);
        if (code < 256)
          out =
            out.slice(0, at) +
            String.fromCharCode(code ^ (1 << random.below(8))) +
            out.slice(at + 1);
        break;
      }
      case 1:
        out = out.slice(0, at);
        break;
      case 2:
        out = out.slice(at);
        break;
      case 3:
        out = out.slice(0, at) + out.slice(end);
        break;
      case 4:
        out = out.slice(0, at) + other.slice(random.below(other.length + 1));
        break;
      case 5:
        out = out.slice(0, at) + random.pick(BYTES) + out.slice(at);
        break;
      case 6:
        out = out.slice(0, at) + out.slice(at, end).repeat(1 + random.below(30)) + out.slice(at);
        break;
      case 7: {
        const depth = random.pick([5, 300, 1100, 20_000]);
        const open = random.pick(['[', '{"a":', '(', 'not ', '- ']);
        out = out.slice(0, at) + open.repeat(depth) + out.slice(at);
        break;
      }
      default:
        out = out.slice(0, at) + random.pick(TOKENS) + out.slice(random.chance(50) ? at : end);
    }
  }
  return out.slice(0, 300_000);
}

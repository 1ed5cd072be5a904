/** The index after the closing quote of the string that starts at `start`; -1 when it is open. */
export function stringEnd(text: string, start: number): number {
  let i = text.indexOf('"', start + 1);
  while (i !== -1) {
    let backslashes = 0;
    while (text.charCodeAt(i - 1 - backslashes) === 0x5c) backslashes++;
    if (backslashes % 2 === 0) return i + 1;
    i = text.indexOf('"', i + 1);
  }
  return -1;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** Decodes the inside of a JSON string as fastjson does (`unescapeStringBestEffort`). */
export function decodeString(raw: string): string {
  if (!raw.includes('\\')) return raw;
  let out = '';
  let i = 0;
  while (i < raw.length) {
    const next = raw.indexOf('\\', i);
    if (next === -1) return out + raw.slice(i);
    out += raw.slice(i, next);
    const escape = raw[next + 1] ?? '';
    if (escape === 'u') {
      const [text, end] = decodeUnicode(raw, next);
      out += text;
      i = end;
    } else {
      out += ESCAPES[escape] ?? `\\${escape}`;
      i = next + 2;
    }
  }
  return out;
}

/** Decodes `\uXXXX` at `start`; returns the text and the index after what was consumed. */
function decodeUnicode(raw: string, start: number): [string, number] {
  const unit = hexUnit(raw, start);
  if (unit === undefined) return ['\\u', start + 2];
  if (unit < 0xd800 || unit > 0xdfff) return [String.fromCharCode(unit), start + 6];
  const second = raw.startsWith('\\u', start + 6) ? hexUnit(raw, start + 6) : undefined;
  // A lone surrogate stays as it is written: it is no character that text could hold.
  if (second === undefined) return [raw.slice(start, start + 6), start + 6];
  const paired = unit < 0xdc00 && second >= 0xdc00 && second <= 0xdfff;
  return [paired ? String.fromCharCode(unit, second) : '\ufffd', start + 12];
}

function hexUnit(raw: string, start: number): number | undefined {
  const digits = raw.slice(start + 2, start + 6);
  return /^[0-9a-fA-F]{4}$/.test(digits) ? Number.parseInt(digits, 16) : undefined;
}

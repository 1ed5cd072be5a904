import { Buffer } from 'node:buffer';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { auditEvent, decode } from '../events/decode.ts';
import { temporaryFolder } from '../io/temp.ts';
import { loadOk } from '../helpers.ts';
import { outcome } from '../scan/outcome.ts';

// Loggers split long texts at a number of bytes, inside of characters too.

const TIME = '2026-01-02T03:04:05.678901234Z';
const NAME = '\u00fc\u20ac\u{1f600}\u00e9';
// The first rule is off.
const given = (
  await loadOk(
    ['Off', 'On']
      .map(
        (name) =>
          `- {rule: ${name}, desc: d, condition: ka.verb exists, priority: NOTICE, source: k8s_audit, ` +
          'output: "%ka.user.name %jevt.value[/userAgent]"}\n',
      )
      .join(''),
  )
).rules;

function text(id: number): string {
  const user = { username: NAME.repeat(20 + (id % 5)) };
  return JSON.stringify({ ...auditEvent(`id-${id}`), user, userAgent: NAME.slice(id % 3) });
}

function parts(of: string, size: number): Buffer[] {
  const bytes = Buffer.from(of);
  const count = Math.ceil(bytes.length / size);
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
}

function cri(of: string, size: number): Buffer {
  const lines = parts(of, size).map((part, i, all) => {
    const tag = i === all.length - 1 ? 'F' : 'P';
    return Buffer.concat([Buffer.from(`${TIME} stdout ${tag} `), part, Buffer.from('\n')]);
  });
  return Buffer.concat(lines);
}

describe('characters that a container runtime cut', () => {
  const texts = Array.from({ length: 60 }, (_, i) => text(i));
  const write = (bytes: Buffer): string => {
    const path = join(temporaryFolder(), 'x.log');
    writeFileSync(path, bytes);
    return path;
  };

  it.each([97, 98, 99, 100])('are whole again, parts of %i bytes', async (size) => {
    const whole = write(Buffer.concat(texts.map((one) => cri(one, 1 << 20))));
    const path = write(Buffer.concat(texts.map((one) => cri(one, size))));
    const names = (findings: readonly string[]): string[] =>
      findings.map(
        (finding) => (JSON.parse(JSON.parse(finding) as string) as { output: string }).output,
      );
    for (const byTime of [false, true]) {
      const wanted = await outcome([whole], 'reference', { given, byTime });
      const reference = await outcome([path], 'reference', { given, byTime });
      expect(names(reference.findings)).toEqual(names(wanted.findings));
      expect(names(wanted.findings)[0]).toContain(NAME);
      expect(await outcome([path], 'fast', { given, byTime })).toEqual(reference);
    }
  });

  it('are replaced where the rest is missing, or there is none', async () => {
    const bytes = Buffer.concat([
      Buffer.from(`${TIME} stdout F `),
      Buffer.from([0x82, 0xac]),
      Buffer.from(`${text(1)}\n`),
      cri(text(2), 1 << 20),
      Buffer.from(`${TIME} stdout F `),
      Buffer.from(text(3).replace('"/userAgent', '"')),
      Buffer.from([0xe2, 0x82, 0x0a]),
    ]);
    const path = write(bytes);
    const reference = await outcome([path], 'reference', { given });
    expect(JSON.stringify(reference)).not.toMatch(/[\udc80-\udcff](?<![\ud800-\udbff].)/);
    expect(await outcome([path], 'fast', { given })).toEqual(reference);
  });
});

it('characters that journald cut are whole again', () => {
  const of = text(1);
  for (let size = 60; size < 70; size++) {
    const all = parts(of, size);
    const lines = all.map((part, i) => {
      const isLast = i === all.length - 1;
      const end = isLast ? {} : { _LINE_BREAK: 'line-max' };
      return JSON.stringify({
        MESSAGE: [...part],
        __REALTIME_TIMESTAMP: '1',
        _STREAM_ID: 's',
        ...end,
      });
    });
    expect(decode(lines.join('\n')).events.map((event) => event.text)).toEqual([of]);
  }
});

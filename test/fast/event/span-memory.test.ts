import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import { SpanMemory } from '../../../src/fast/event/span-memory.ts';
import { Random } from '../random.ts';

/** Bytes that spans are made of, with room behind them. */
function textOf(r: Random, length: number): Buffer {
  const bytes = Buffer.alloc(length + 8, 0x7a);
  for (let i = 0; i < length; i++) bytes[i] = r.pick([0x61, 0x62, 0x00, 0xff]);
  return bytes;
}

test('what is remembered for a span is never that of another', () => {
  const r = new Random(5);
  const memory = new SpanMemory();
  let hits = 0;
  const pool = Array.from({ length: 20_000 }, () => textOf(r, 1 + r.below(12)));
  for (let i = 0; i < 60_000; i++) {
    const bytes = r.chance(50) ? pool[r.below(50)]! : r.pick(pool);
    const end = bytes.length - 8;
    const start = r.below(Math.min(3, end));
    const cell = memory.find(bytes, start, end);
    const text = bytes.toString('latin1', start, end);
    const known = memory.texts[cell];
    if (known !== undefined) hits++;
    expect(known ?? text).toBe(text);
    expect(memory.values[cell] ?? text).toBe(text);
    memory.texts[cell] = text;
    memory.values[cell] = text;
  }
  expect(hits).toBeGreaterThan(20_000);
});

test('a span of zero bytes is not one of fewer of them', () => {
  const memory = new SpanMemory();
  const zeros = Buffer.alloc(64);
  for (let length = 1; length < 40; length++) {
    const cell = memory.find(zeros, 0, length);
    expect(memory.texts[cell]).toBeUndefined();
    memory.texts[cell] = String(length);
    expect(memory.texts[memory.find(zeros, 0, length)]).toBe(String(length));
  }
});

test('long spans are not remembered', () => {
  const memory = new SpanMemory();
  const bytes = Buffer.alloc(400, 0x61);
  expect(memory.find(bytes, 0, 300)).toBe(-1);
  expect(memory.find(bytes, 0, 124)).toBeGreaterThanOrEqual(0);
});

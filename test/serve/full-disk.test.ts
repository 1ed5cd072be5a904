import { Buffer } from 'node:buffer';
import { readdirSync, statSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { Spool } from '../../src/serve/spool/spool.ts';
import { folder } from '../cli/events.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

const put = async (spool: Spool, text: string): Promise<string | undefined> => {
  const body = spool.begin({ file: '/audit', cluster: undefined, at: 5 }, text.length)!;
  await body.write(Buffer.from(text));
  return body.finish();
};

test('what a full disk took of a body is given back, and later bodies are taken', async () => {
  const dir = folder();
  const spool = new Spool({ dir, capacity: 1e6, memory: 1e6 });
  const sizes = (): number[] =>
    readdirSync(dir)
      .filter((name) => name.endsWith('.spool'))
      .map((name) => statSync(join(dir, name)).size);
  expect(await put(spool, 'first')).toBeUndefined();
  const before = sizes();
  const handle = await open(join(dir, 'any'), 'w');
  const prototype = Object.getPrototypeOf(handle) as FileHandle;
  await handle.close();
  vi.spyOn(prototype, 'writev').mockImplementationOnce(async function (this: FileHandle, parts) {
    const { bytesWritten } = await this.write(parts[0]!);
    return { bytesWritten, buffers: parts };
  });
  expect(await put(spool, 'second')).toContain('the disk took only a part');
  expect(sizes()).toEqual(before);
  expect(await put(spool, 'third')).toBeUndefined();
  expect(spool.waiting.bodies).toBe(2);
  await spool.end();
});

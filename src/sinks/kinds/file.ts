import {
  appendFileSync,
  closeSync,
  fstatSync,
  ftruncateSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { Buffer } from 'node:buffer';
import { errorText } from '../../io/error-text.ts';
import { hasTornEnd } from '../../io/torn-end.ts';
import { SENT, SinkDown, type SinkKind } from '../sink.ts';

/** Alert objects as lines in a file that is rotated by size: FILE, FILE.1 and so on, the oldest last. */
export const fileSink: SinkKind = {
  name: 'file',
  target: 'path',
  usage: 'file=PATH',
  help: 'alert objects as lines of JSON in a file that is rotated: `size=64MiB`, `keep=5`',
  people: false,
  most: 1000,
  open: ({ to, size, keep }) => ({
    send(alerts) {
      const text = alerts.map(({ line }) => `${line}\n`).join('');
      try {
        const stats = statSync(to, { throwIfNoEntry: false });
        const now = stats?.size ?? 0;
        if (now > 0 && now + Buffer.byteLength(text) > size) rotate(to, keep);
        append(to, text, stats?.isFile() !== false);
      } catch (error) {
        return Promise.reject(new SinkDown(errorText(error)));
      }
      return Promise.resolve(SENT);
    },
    close: () => undefined,
  }),
};

/**
 * Adds lines to a file. What a full disk took of them is given back, and what a run that was killed left of a line gets
 * an end, so that none is put behind a part of another one.
 */
function append(path: string, text: string, isRegular: boolean): void {
  if (!isRegular) return appendFileSync(path, text);
  const file = openSync(path, 'a+', 0o600);
  try {
    const { size } = fstatSync(file);
    const isTorn = hasTornEnd(file, size);
    try {
      writeFileSync(file, isTorn ? `\n${text}` : text);
    } catch (error) {
      ftruncateSync(file, size);
      throw error;
    }
  } finally {
    closeSync(file);
  }
}

function rotate(path: string, keep: number): void {
  if (keep === 0) return rmSync(path, { force: true });
  for (let number = keep - 1; number >= 1; number--) {
    if (statSync(`${path}.${number}`, { throwIfNoEntry: false }) !== undefined) {
      renameSync(`${path}.${number}`, `${path}.${number + 1}`);
    }
  }
  renameSync(path, `${path}.1`);
}

import { appendFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { Buffer } from 'node:buffer';
import { errorText } from '../../io/error-text.ts';
import { SENT, SinkDown, type SinkKind } from '../sink.ts';

/** Alert objects as lines in a file that is rotated by size: FILE, FILE.1 and so on, the oldest last. */
export const fileSink: SinkKind = {
  name: 'file',
  target: 'path',
  help: 'alerts as lines of JSON in a file, rotated by size',
  people: false,
  most: 1000,
  open: ({ to, size, keep }) => ({
    send(alerts) {
      const text = alerts.map(({ line }) => `${line}\n`).join('');
      try {
        const now = statSync(to, { throwIfNoEntry: false })?.size ?? 0;
        if (now > 0 && now + Buffer.byteLength(text) > size) rotate(to, keep);
        appendFileSync(to, text, { mode: 0o600 });
      } catch (error) {
        return Promise.reject(new SinkDown(errorText(error)));
      }
      return Promise.resolve(SENT);
    },
    close: () => undefined,
  }),
};

function rotate(path: string, keep: number): void {
  if (keep === 0) return rmSync(path, { force: true });
  for (let number = keep - 1; number >= 1; number--) {
    if (statSync(`${path}.${number}`, { throwIfNoEntry: false }) !== undefined) {
      renameSync(`${path}.${number}`, `${path}.${number + 1}`);
    }
  }
  renameSync(path, `${path}.1`);
}

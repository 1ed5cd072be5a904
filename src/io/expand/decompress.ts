// Room io/expand: compressed data, and UTF-16, become text; of damaged data all that came before the damage.
// Door: decompress.ts bounds what data may expand to and reports what is wrong with it.
// Neighbours: content/ loads it when there is something to expand. It knows no lines.
// Inside: gunzip.ts reads members, and again where zlib lost something: gzip-members.ts tells where they start, gzip-run.ts
// expands them, gzip-damage.ts finds the damage; zstd-frames.ts takes frames apart for fzstd, by zstd-parts.ts;
// utf16.ts decodes; tar-entries.ts gives the files of an archive, part-start.ts finds gzip data and UTF-16 in text.

import { Buffer } from 'node:buffer';
import type { Problem } from '../../events/problems.ts';
import { GAP, type Damage } from './damage.ts';
import { gunzip } from './gunzip.ts';
import type { ReadAgain } from './gzip-damage.ts';
import { fromUtf16 } from './utf16.ts';
import { unzstd } from './zstd-frames.ts';

interface ExpandOptions {
  readonly onProblem: (problem: Problem) => void;
  readonly signal?: AbortSignal | undefined;
  readonly maxExpanded?: { readonly bytes: number; readonly ratio: number } | undefined;
  /** What is read behind damage; the next member or frame, where this is left out. */
  readonly behind?: Damage['behind'];
  /** For inputs that can be read twice. */
  readonly readAgain?: ReadAgain | undefined;
}

/**
 * Real audit logs compress about 12:1, artificial repetitive ones up to 300:1; gzip bombs reach 1000:1, zstd
 * bombs far more. The size is what a large cluster logs in a year.
 */
const DEFAULT_LIMIT = { bytes: 1024 ** 4, ratio: 500 };

/** Expanded bytes from which on the ratio is looked at. */
const RATIO_GRACE = 64 * 1024 * 1024;

const LINE_FEED = 0x0a;

/** Bytes a decompressor is given at a time, so that it cannot expand much before it is checked. */
const FEED = 256 * 1024;

/**
 * Expands compressed input, or converts UTF-16 to UTF-8.
 *
 * Damaged or cut data are a problem, and those beyond the limits end the stream with one; data before that is
 * handed over, to the last byte. What comes behind damage starts on a line of its own. A chunk is valid until the
 * next one is requested. The same must hold for chunks of `raw`; zstd keeps them, so there they must stay valid.
 * Concatenated gzip members and zstd frames are read one after the other.
 *
 * @returns what follows gzip data or UTF-16 and is none; undefined when nothing does
 */
export async function* expandedChunks(
  type: 'gzip' | 'zstd' | 'utf16le' | 'utf16be',
  raw: AsyncGenerator<Buffer>,
  options: ExpandOptions,
): AsyncGenerator<Buffer, AsyncGenerator<Buffer> | undefined> {
  const limit = options.maxExpanded ?? DEFAULT_LIMIT;
  let read = 0;
  let expanded = 0;
  const counted = async function* counting(): AsyncGenerator<Buffer> {
    for await (const chunk of raw) {
      for (let at = 0; at < chunk.length; at += FEED) {
        const part = chunk.subarray(at, at + FEED);
        read += part.length;
        yield part;
      }
    }
  };
  let last = LINE_FEED;
  const found = (message: string, isWhole = false): void => {
    const cut = /unexpected e(?:nd of file|of)/i.test(message);
    const damaged = cut ? 'decompress-cut' : 'decompress-error';
    const reason = isWhole ? 'unreadable' : damaged;
    options.onProblem({ reason, line: 0, detail: `${type}: ${message}` });
  };
  const damage = { found, behind: options.behind ?? (() => 'members' as const) };
  const chunks = EXPANDERS[type](counted(), damage, options.readAgain);
  try {
    for (;;) {
      const step = await chunks.next();
      if (step.done === true) return step.value ?? undefined;
      const chunk = step.value;
      if (chunk === GAP) {
        if (last !== LINE_FEED) yield Buffer.of(LINE_FEED);
        last = LINE_FEED;
        continue;
      }
      expanded += chunk.length;
      const bomb = expanded > RATIO_GRACE && expanded > read * limit.ratio;
      if (bomb || expanded > limit.bytes) {
        const detail = `after ${expanded} bytes from ${read}`;
        options.onProblem({ reason: 'decompress-limit', line: 0, detail });
        return undefined;
      }
      last = chunk.at(-1) ?? last;
      yield chunk;
      if (options.signal?.aborted === true) return undefined;
    }
  } catch (error) {
    if (options.signal?.aborted !== true)
      found(error instanceof Error ? error.message : String(error));
    return undefined;
  } finally {
    await chunks.return(undefined);
  }
}

type Expander = (
  raw: AsyncGenerator<Buffer>,
  damage: Damage,
  readAgain: ReadAgain | undefined,
) => AsyncGenerator<Buffer, AsyncGenerator<Buffer> | undefined | void>;

const EXPANDERS: Readonly<Record<'gzip' | 'zstd' | 'utf16le' | 'utf16be', Expander>> = {
  gzip: gunzip,
  zstd: unzstd,
  utf16le: (raw) => fromUtf16(raw, false),
  utf16be: (raw) => fromUtf16(raw, true),
};

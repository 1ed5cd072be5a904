import type { Buffer } from 'node:buffer';
import { firstBytes, restOf, upToDamage, type ReadAgain } from './gzip-damage.ts';
import { HEADER_CHECK, startsWell } from './gzip-members.ts';
import { GzipInput, GzipRun, type PlacedPiece } from './gzip-run.ts';
import { GAP, type Damage } from './damage.ts';

/** Compressed bytes given at a time on the way to the damage, when it is looked for. */
const STEPS = [256, 1];

/** Bytes of the start of a member, which are passed over to look for what follows damage. */
const START_SIZE = 3;

type Rest = AsyncGenerator<Buffer> | undefined;

/**
 * Expands gzip members. All that was expanded before damage is handed over.
 *
 * zlib does not tell what it expanded in the step that fails. So the member is read again up to that step, and
 * from there on byte by byte.
 *
 * @param readAgain for inputs that can be read twice
 * @returns what follows the members and is none
 */
export async function* gunzip(
  raw: AsyncIterable<Buffer>,
  damage: Damage,
  readAgain?: ReadAgain,
): AsyncGenerator<Buffer, Rest> {
  const input = new GzipInput(raw, readAgain);
  let first = await input.next();
  while (first !== undefined) {
    const run = new GzipRun(first, input, () => damage.behind() === 'members');
    yield* run.chunks();
    if (run.next !== undefined) {
      damage.found(`unexpected end of file at byte ${run.next.at}, where another member starts`);
      yield GAP;
      first = run.next;
    } else if (run.left !== undefined) {
      const other: Buffer | PlacedPiece | undefined = await behindZeros(run.left, input);
      if (other === undefined) return undefined;
      if (!('opens' in other)) return input.further(other);
      first = other;
    } else if (run.error === undefined) return undefined;
    else {
      const end: { rest: Rest; next: PlacedPiece | undefined } = yield* damaged(run, input, damage);
      if (end.next === undefined) return end.rest;
      yield GAP;
      first = end.next;
    }
  }
  return undefined;
}

/** Hands over what came before the damage that ended a run. @returns what is read next, if anything is */
async function* damaged(
  run: GzipRun,
  input: GzipInput,
  damage: Damage,
): AsyncGenerator<Buffer, { rest: Rest; next: PlacedPiece | undefined }> {
  const { memberAt, error } = run;
  const again = input.again(memberAt);
  let done = run.done - memberAt;
  let handed = run.handed - run.memberFrom;
  for (const step of again === undefined ? [] : STEPS) {
    const bytes = firstBytes(again!(memberAt), input.read - memberAt);
    ({ done, handed } = yield* upToDamage(bytes, done, step, handed));
  }
  const { message } = error as Error;
  const isClean = done > 0 && message === HEADER_CHECK;
  const from = memberAt + (isClean ? done - 1 : Math.max(done, START_SIZE));
  const rest = (): Rest =>
    again === undefined
      ? undefined
      : restOf(again(from), 0, input.read - from, input.further()[Symbol.asyncIterator]());
  if (isClean && again !== undefined) return { rest: rest(), next: undefined };
  const behind = damage.behind();
  const next = behind === 'members' ? await nextMember(input) : undefined;
  const passed =
    next === undefined ? '' : `; ${next.at - from} bytes passed over to the next member`;
  damage.found(`${message}${passed}`);
  return { rest: behind === 'all' ? rest() : undefined, next };
}

/** The next member behind damage. */
async function nextMember(input: GzipInput): Promise<PlacedPiece | undefined> {
  for (let piece; (piece = await input.next()) !== undefined;) {
    if (piece.opens && startsWell(piece.bytes)) return piece;
  }
  return undefined;
}

/** What follows zeros, with which files are padded: a member, or other bytes; undefined where nothing does. */
async function behindZeros(
  bytes: Buffer,
  input: GzipInput,
): Promise<PlacedPiece | Buffer | undefined> {
  let rest = bytes;
  while (rest.every((byte) => byte === 0)) {
    const piece = await input.next();
    if (piece === undefined || piece.opens) return piece;
    rest = piece.bytes;
  }
  return rest;
}

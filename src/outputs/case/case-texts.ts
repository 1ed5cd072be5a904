import { redactor, type Redact } from '../../redact/redact.ts';
import { escapePage } from '../encode/escape.ts';
import type { OutputContext } from '../writer.ts';

/** Characters of a name, and of a longer text: attackers choose how long texts are. */
export const MAX_NAME = 300;
const MAX_TEXT = 2000;

/** Makes texts of a log ready for the page. */
export interface CaseTexts {
  readonly redact: Redact;
  /** Cut and escaped, not redacted. */
  readonly cut: (text: string, length: number) => string;
  /** A name, redacted. */
  readonly name: (text?: string) => string;
  /** A longer text that is redacted already. */
  readonly long: (text: string) => string;
  /** A time of nanoseconds since the epoch, in the user's zone; empty when unknown. */
  readonly time: (time: bigint) => string;
}

export function caseTexts({
  showSecrets,
  formatTime,
}: Pick<OutputContext, 'showSecrets' | 'formatTime'>): CaseTexts {
  const redact = redactor(showSecrets);
  const cut = (text: string, length: number): string =>
    escapePage(text.length > length ? `${text.slice(0, length)}…` : text);
  return {
    redact,
    cut,
    name: (text = '') => cut(redact(text), MAX_NAME),
    long: (text) => cut(text, MAX_TEXT),
    time: (time) => (time <= 0n ? '' : escapePage(formatTime(time))),
  };
}

const SECOND = 1_000_000_000n;

/** What the page needs of a time, beside its place: seconds with their fraction, and how far the zone is ahead of UTC. */
export function timeNumbers(
  time: bigint,
  formatTime: OutputContext['formatTime'],
): { readonly seconds: number; readonly nanos: number; readonly offset: number } {
  const seconds = Number(time / SECOND);
  return {
    seconds,
    nanos: Number(time % SECOND),
    offset: time === 0n ? 0 : Date.parse(`${formatTime(time).replace(' ', 'T')}Z`) / 1000 - seconds,
  };
}

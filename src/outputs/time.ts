const NANOSECONDS = 1_000_000_000n;

/** Last whole second formatted: consecutive events often share it. */
let cached = { seconds: -1n, text: '' };

/** A time in nanoseconds since the epoch as RFC 3339 in UTC with nine fraction digits. */
export function rfc3339Nano(time: bigint): string {
  let seconds = time / NANOSECONDS;
  let rest = time % NANOSECONDS;
  if (rest < 0n) {
    seconds -= 1n;
    rest += NANOSECONDS;
  }
  if (seconds !== cached.seconds) {
    cached = { seconds, text: new Date(Number(seconds) * 1000).toISOString().slice(0, -5) };
  }
  return `${cached.text}.${rest.toString().padStart(9, '0')}Z`;
}

/** `YYYY-MM-DD HH:MM:SS` in UTC. */
export function utcTime(time: bigint): string {
  return rfc3339Nano(time).slice(0, 19).replace('T', ' ');
}

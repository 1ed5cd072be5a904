import { formatRfc3339Nano } from '../util/time.ts';

/** `YYYY-MM-DD HH:MM:SS` in UTC. */
export function utcTime(time: bigint): string {
  return formatRfc3339Nano(time).slice(0, 19).replace('T', ' ');
}

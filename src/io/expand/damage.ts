import { Buffer } from 'node:buffer';

/** What is done about damage of compressed data. */
export interface Damage {
  /** Takes what is wrong, once for each member or frame. */
  readonly found: (message: string) => void;
  /** What is read behind it: all bytes as they are, the next member or frame, or nothing. */
  readonly behind: () => 'all' | 'members' | 'none';
}

/** Stands where something is missing between the bytes before and those behind. */
export const GAP = Buffer.alloc(0);

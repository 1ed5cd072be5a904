import { Buffer } from 'node:buffer';

/** What is done about damage of compressed data. */
export interface Damage {
  /** Takes what is wrong, once for each member or frame; `isWhole` for one that only cannot be expanded here. */
  readonly found: (message: string, isWhole?: boolean) => void;
  /** What is read behind it: all bytes as they are, the next member or frame, or nothing. */
  readonly behind: () => 'all' | 'members' | 'none';
}

/** Why data that is not damaged cannot be expanded. */
export class CannotExpand extends Error {}

/** Stands where something is missing between the bytes before and those behind. */
export const GAP = Buffer.alloc(0);

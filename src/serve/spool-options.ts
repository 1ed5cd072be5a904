export interface SpoolOptions {
  readonly dir: string;
  /** Bytes on the disk that wait to be evaluated. */
  readonly capacity: number;
  /** Bytes of bodies that are on their way to the disk. */
  readonly memory: number;
  readonly segmentSize?: number;
}

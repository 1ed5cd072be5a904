import { Buffer } from 'node:buffer';
import { KnownError } from '../../util/errors.ts';
import { SCANNER_WASM } from './scanner-module.gen.ts';

/** The part of WebAssembly that is used here; the type packages in use do not declare it. */
interface WasmApi {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: { readonly env: ScannerHooks },
  ) => { readonly exports: unknown };
}

/** What the scanner asks when it meets something new. */
export interface ScannerHooks {
  /** Class, below `MAX.classes`, of a header field's value; the text is its JSON. */
  classify(field: number, start: number, length: number): number;
  /** State that follows when a field, or `NEXT.body`, has a value of a class. */
  step(state: number, field: number, valueClass: number): number;
}

/** What the scanner offers; each is described where it is defined, in assembly/. */
export interface ScannerExports {
  readonly memory: {
    readonly buffer: ArrayBuffer;
    /** Adds pages of 64 KiB. Views of the old buffer are empty afterwards. */
    grow(pages: number): number;
  };
  scan(limit: number): number;
  findPayloads(end: number, isStart: number): number;
  takePayloads(from: number, count: number): number;
  takeText(length: number, line: number, context: number): number;
  members(start: number, end: number): number;
  elements(start: number, end: number): number;
  search(start: number, end: number, token: number, length: number, ignoreCase: number): number;
  findPatterns(table: number, bits: number, start: number, end: number): number;
  noteNow(
    id: number,
    idEnd: number,
    stage: number,
    stageEnd: number,
    time: number,
    timeEnd: number,
  ): number;
  keyedHash(start: number, words: number): bigint;
}

/** Undefined where Node was started without it. */
const api = (globalThis as unknown as { readonly WebAssembly?: WasmApi }).WebAssembly;
let compiled: object | undefined;

/**
 * A new scanner with memory of its own; compiled once a process.
 *
 * @throws KnownError where this machine has no WebAssembly, or leaves no room for it: V8 takes ten gigabytes of addresses
 *   for each memory, whatever is in it
 */
export function instantiateScanner(hooks: ScannerHooks): ScannerExports {
  if (api === undefined) throw unavailable('Node runs without WebAssembly');
  const env = {
    classify: (field: number, start: number, length: number) =>
      hooks.classify(field, start, length),
    step: (state: number, field: number, valueClass: number) =>
      hooks.step(state, field, valueClass),
  };
  try {
    compiled ??= new api.Module(Buffer.from(SCANNER_WASM, 'base64'));
    return new api.Instance(compiled, { env }).exports as ScannerExports;
  } catch (error) {
    throw unavailable(error instanceof Error ? error.message : String(error));
  }
}

function unavailable(why: string): KnownError {
  return new KnownError(
    'input',
    `the fast scanner cannot start: ${why}`,
    "a limit on addresses (ulimit -v) must leave 10 GB to each thread; 'scan --engine reference' does without",
  );
}

/** The part of WebAssembly that is used here; the type packages in use do not declare it. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
  /** Adds pages of 64 KiB. Views of the old buffer are empty afterwards. */
  grow(pages: number): number;
}

interface WasmApi {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  ) => { readonly exports: unknown };
}

const api = (globalThis as unknown as { readonly WebAssembly: WasmApi }).WebAssembly;

export function compileWasm(bytes: Uint8Array): object {
  return new api.Module(bytes);
}

/** The exports of a new instance. */
export function instantiateWasm(module: object, env: Readonly<Record<string, unknown>>): unknown {
  return new api.Instance(module, { env }).exports;
}

/** The numbers among the exports of an instance, by name. */
export function globalsOf(exports: object): Record<string, number> {
  const numbers: Record<string, number> = {};
  for (const [name, value] of Object.entries(exports) as [string, unknown][]) {
    if (typeof value === 'object' && value !== null && 'value' in value) {
      numbers[name] = Number(value.value);
    }
  }
  return numbers;
}

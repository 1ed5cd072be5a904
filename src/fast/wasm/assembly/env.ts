// @ts-nocheck AssemblyScript, compiled by asc
/** Class of a header field's value that was not seen before; 0xffff: too many, do not remember. */
export declare function classify(field: u32, start: usize, length: u32): u32;
/** Next state for a class of the field at `level`. */
export declare function step(state: u32, level: u32, cls: u32): u32;

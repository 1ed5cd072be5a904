/** Class, below MAX.classes, of a header field's value that was not seen before. */
export declare function classify(field: u32, start: usize, length: u32): u32;
/** State that follows on another when a header field, or NEXT.body, has a class. */
export declare function step(state: u32, field: u32, cls: u32): u32;

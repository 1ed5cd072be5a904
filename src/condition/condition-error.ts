/** A condition or output that does not parse or compile, with where in its text and what may help. */
export class ConditionError extends Error {
  /** Index in the text, in UTF-16 units. */
  readonly position: number;
  readonly hint: string | undefined;
  /** True when the only fault is a field that does not exist (`skip-if-unknown-filter`). */
  readonly unknownField: boolean;

  constructor(message: string, position: number, hint?: string, unknownField = false) {
    super(message);
    this.name = 'ConditionError';
    this.position = position;
    this.hint = hint;
    this.unknownField = unknownField;
  }
}

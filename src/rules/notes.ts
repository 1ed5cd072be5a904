/** What a rule tells people beside its description; lists are empty where it says nothing. */
export interface RuleNotes {
  /** What sets it off without harm, and what to do about that. */
  readonly falsePositives: readonly string[];
  /** What to look at when it fires, in order. */
  readonly checks: readonly string[];
  /** Addresses of pages on the subject. */
  readonly references: readonly string[];
}

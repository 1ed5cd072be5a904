/** Falco's error codes with their short texts (falco_load_result.cpp). */
const ERROR_CODES = {
  LOAD_ERR_FILE_READ: 'File read error',
  LOAD_ERR_YAML_PARSE: 'YAML parse error',
  LOAD_ERR_YAML_VALIDATE: 'Error validating internal structure of YAML file',
  LOAD_ERR_COMPILE_CONDITION: 'Error compiling condition',
  LOAD_ERR_COMPILE_OUTPUT: 'Error compiling output',
  LOAD_ERR_VALIDATE: 'Error validating rule/macro/list/exception objects',
} as const;

/** Falco's warning codes with their short texts, and those that k8s-audit adds (LINT_). */
const WARNING_CODES = {
  LOAD_UNKNOWN_SOURCE: 'Unknown event source',
  LOAD_UNSAFE_NA_CHECK: 'Unsafe <NA> comparison in condition',
  LOAD_UNKNOWN_FILTER: 'Unknown field or event-type in condition or output',
  LOAD_UNUSED_MACRO: 'Unused macro',
  LOAD_UNUSED_LIST: 'Unused list',
  LOAD_UNKNOWN_ITEM: 'Unknown rules file item',
  LOAD_DEPRECATED_ITEM: 'Used deprecated item',
  LOAD_APPEND_NO_VALUES: 'Overriding/appending with no values',
  LOAD_EXCEPTION_NAME_NOT_UNIQUE: 'Multiple exceptions defined with the same name',
  LOAD_INVALID_MACRO_NAME: 'Invalid macro name',
  LOAD_INVALID_LIST_NAME: 'Invalid list name',
  LOAD_COMPILE_CONDITION: 'Warning in rule condition',
  LOAD_UNKNOWN_KEY: 'Unknown key in item definition',
  LINT_FALCO_REFUSES: 'Falco would reject this',
  LINT_OPEN_OR: 'Appended text binds to a part of the condition only',
  LINT_EVIDENCE: 'Evidence that is no field',
  LINT_SIGMA: 'Sigma rule taken in another way than written',
  LINT_NOTES: 'Id or reference in a form that has no use',
  LINT_REPEATED_KEY: 'Key written twice',
  LINT_REDEFINED: 'List or macro replaced as a whole',
  LINT_TWICE: 'Defined twice in one file',
  LINT_NO_EFFECT: 'Key without effect',
  LINT_LIST_NAME: 'Text that looks like the name of a list',
  LINT_NEVER_EQUAL: 'Value that the field never has',
  LINT_PATH: 'Path that no event has',
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;
export type WarningCode = keyof typeof WARNING_CODES;

/** Falco's description of a code. */
export function describeCode(code: ErrorCode | WarningCode): string {
  return { ...ERROR_CODES, ...WARNING_CODES }[code];
}

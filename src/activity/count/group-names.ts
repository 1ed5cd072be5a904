/** The values that `activity --by` can count by. */
export const GROUP_NAMES = [
  'user',
  'namespace',
  'resource',
  'verb',
  'source-ip',
  'user-agent',
  'code',
] as const;

export type GroupKey = (typeof GROUP_NAMES)[number];

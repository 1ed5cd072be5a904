/** How resource rules are applied: to look away, or to see exactly what an admission webhook would. */
export const RESOURCE_MODES = ['filter', 'admission'] as const;

export type ResourceMode = (typeof RESOURCE_MODES)[number];

/** Audit levels, least first (audit.k8s.io/v1: Level). */
export const LEVELS = ['None', 'Metadata', 'Request', 'RequestResponse'] as const;
export type Level = (typeof LEVELS)[number];

/** Stages, in the order a request passes them (audit.k8s.io/v1: Stage). */
export const STAGES = ['RequestReceived', 'ResponseStarted', 'ResponseComplete', 'Panic'] as const;
export type Stage = (typeof STAGES)[number];

/** Whether a text names an audit level. */
export function isLevel(text: string): text is Level {
  return LEVELS.some((level) => level === text);
}

/** Whether a text names a stage. */
export function isStage(text: string): text is Stage {
  return STAGES.some((stage) => stage === text);
}

/** True when `level` holds all that `wanted` holds. */
export function covers(level: Level, wanted: Level): boolean {
  return LEVELS.indexOf(level) >= LEVELS.indexOf(wanted);
}

/** The level of two that holds more. */
export function higher(a: Level, b: Level): Level {
  return covers(a, b) ? a : b;
}

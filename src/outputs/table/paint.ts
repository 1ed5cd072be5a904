import type { Severity } from '../../policies/severity.ts';
import type { Priority } from '../../rules/priority.ts';

/** Colours text that is already escaped. */
export interface Paint {
  readonly priority: (priority: Priority, text: string) => string;
  readonly severity: (severity: Severity, text: string) => string;
  /** What makes a finding worth a look. */
  readonly evidence: (text: string) => string;
  readonly heading: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly warning: (text: string) => string;
}

const same = (text: string): string => text;
const PLAIN: Paint = {
  priority: (_, text) => text,
  severity: (_, text) => text,
  evidence: same,
  heading: same,
  dim: same,
  warning: same,
};

/**
 * Colours of the palette of 256 that stand out from light and dark backgrounds alike: contrast of at least 3.5 to
 * white, black and the usual themes. Yellow and cyan of the 16 basic colours are unreadable on white, and what SGR calls
 * faint is hardly there on some terminals.
 */
export const COLORS = { red: 196, orange: 166, blue: 31, green: 64, gray: 244 } as const;

/** chalk is loaded only for colour, and its own detection is never asked. */
export async function loadPaint(color: boolean): Promise<Paint> {
  if (!color) return PLAIN;
  const { Chalk } = await import('chalk');
  const chalk = new Chalk({ level: 2 });
  const { red, orange, blue, green, gray } = COLORS;
  const priorities: Readonly<Record<Priority, (text: string) => string>> = {
    Emergency: chalk.bold.white.bgRed,
    Alert: chalk.bold.white.bgRed,
    Critical: chalk.bold.ansi256(red),
    Error: chalk.ansi256(red),
    Warning: chalk.ansi256(orange),
    Notice: chalk.ansi256(blue),
    Informational: chalk.ansi256(green),
    Debug: chalk.ansi256(gray),
  };
  const severities: Readonly<Record<Severity, (text: string) => string>> = {
    high: priorities.Critical,
    medium: priorities.Warning,
    low: priorities.Notice,
    info: priorities.Informational,
  };
  return {
    severity: (severity, text) => severities[severity](text),
    evidence: priorities.Notice,
    priority: (priority, text) => priorities[priority](text),
    heading: chalk.bold,
    dim: priorities.Debug,
    warning: priorities.Warning,
  };
}

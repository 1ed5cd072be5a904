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
 * Colours of the 16 that every terminal has and lets its user tune, so they suit light and dark
 * themes. chalk is loaded only for colour, and its own detection is never asked.
 */
export async function loadPaint(color: boolean): Promise<Paint> {
  if (!color) return PLAIN;
  const { Chalk } = await import('chalk');
  const chalk = new Chalk({ level: 1 });
  const priorities: Readonly<Record<Priority, (text: string) => string>> = {
    Emergency: chalk.bold.white.bgRed,
    Alert: chalk.bold.white.bgRed,
    Critical: chalk.bold.red,
    Error: chalk.red,
    Warning: chalk.yellow,
    Notice: chalk.cyan,
    Informational: chalk.green,
    Debug: chalk.gray,
  };
  const severities: Readonly<Record<Severity, (text: string) => string>> = {
    high: chalk.bold.red,
    medium: chalk.yellow,
    low: chalk.cyan,
    info: chalk.green,
  };
  return {
    severity: (severity, text) => severities[severity](text),
    evidence: chalk.cyan,
    priority: (priority, text) => priorities[priority](text),
    heading: chalk.bold,
    dim: chalk.dim,
    warning: chalk.yellow,
  };
}

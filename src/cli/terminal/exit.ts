import type { ErrorKind } from '../../util/errors.ts';

/** Every exit code, with what it means; help and docs are generated from it. */
export const EXIT_CODES = {
  ok: {
    code: 0,
    meaning: 'finished; the gate passed, or none was set (--fail-on, --max-findings)',
  },
  gate: {
    code: 1,
    meaning:
      'finished; new findings beyond --fail-on or --max-findings, failed rule tests, unused tuning entries',
  },
  failed: {
    code: 2,
    meaning:
      'not done or incomplete: wrong option, unreadable input, no event for a gate or --strict, ' +
      'invalid rules or config, alerts or reports that reached nobody',
  },
  strict: { code: 3, meaning: 'finished, but with --strict some input was not understood' },
  hungUp: { code: 129, meaning: 'stopped by SIGHUP (terminal closed); what was found is printed' },
  // What has no other end ends by a signal: that is no interruption.
  interrupted: {
    code: 130,
    meaning:
      'stopped by Ctrl-C (SIGINT), but for -F, serve and ui, which finish; what was found is printed',
  },
  terminated: {
    code: 143,
    meaning:
      'stopped by SIGTERM, but for -F, serve and ui, which finish; what was found is printed',
  },
} as const;

/** The signals that end a run early, with the name of its exit code. */
export const STOP_SIGNALS = {
  SIGHUP: 'hungUp',
  SIGINT: 'interrupted',
  SIGTERM: 'terminated',
} as const satisfies Record<string, keyof typeof EXIT_CODES>;

export type ExitName = keyof typeof EXIT_CODES;

/** The number of an exit code. */
export function exitCode(name: ExitName): number {
  return EXIT_CODES[name].code;
}

/** The exit code of a run that a signal ended; of Ctrl-C for any other reason. */
export function exitCodeOfSignal(signal: unknown): number {
  const names: Readonly<Record<string, ExitName>> = STOP_SIGNALS;
  const known = typeof signal === 'string' && Object.hasOwn(names, signal);
  return exitCode(known ? names[signal]! : 'interrupted');
}

/** The exit code of an expected failure. */
export function exitCodeOf(kind: ErrorKind): number {
  switch (kind) {
    case 'usage':
    case 'input':
    case 'rules':
    case 'config':
      return EXIT_CODES.failed.code;
  }
}

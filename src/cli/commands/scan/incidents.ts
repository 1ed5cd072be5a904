import { COMMAND_OPTIONS, type ActionOf, type InvocationOf } from '../../flags/command-options.ts';
import { defaultSettings } from '../../flags/options.ts';
import { scanCommand } from './scan.ts';

/** `k8s-audit incidents`: a scan of which the findings are joined into incidents. */
export const incidentsCommand: ActionOf<'incidents'> = (invocation) => {
  const { incidentFormat, ...rest } = invocation.settings;
  // A file's name tells its format; people read what is written to standard output.
  const usual = invocation.terminal.stdout.isTTY ? 'table' : 'text';
  const scan: InvocationOf<'scan'> = {
    ...invocation,
    settings: {
      ...defaultSettings(COMMAND_OPTIONS.scan),
      ...rest,
      groupBy: 'incident',
      format: incidentFormat ?? (rest.output.length > 0 ? undefined : usual),
    },
  };
  return scanCommand(scan);
};

import { fileOutput } from '../../../io/output.ts';
import type { Rule } from '../../../rules/rule.ts';
import { DEFAULT_FIELD_SETTINGS, fieldResolver } from '../../../rules/resolver.ts';
import type { ActionOf } from '../../flags/command-options.ts';
import { exitCode } from '../../terminal/exit.ts';
import { plainText, warner } from '../../terminal/listing.ts';
import { loadLibrary, placingPlan, type Library } from '../../library/policies-input.ts';
import { listedRules } from '../../library/rule-filter.ts';
import { exportRules } from '../../library/export-rules.ts';
import { chooseRules, selectionOf } from '../../library/scan-rules.ts';
import { packageVersion } from '../../version.ts';

/** `k8s-audit rules export`: the effective rules as one file for Falco, or as SQL. */
export const rulesExportCommand: ActionOf<'rules export'> = async (invocation) => {
  const { settings } = invocation;
  const warn = warner(invocation);
  const library = await loadLibrary(invocation, DEFAULT_FIELD_SETTINGS, warn);
  const isSql = settings.exportFormat === 'clickhouse';
  const fields = await fieldResolver(DEFAULT_FIELD_SETTINGS, isSql);
  const chosen = chooseRules(library, selectionOf(invocation), placingPlan(settings), fields);
  if (isSql) return written(invocation, await sqlOf(invocation, library, chosen.rules));
  const running = new Set(chosen.rules.map(({ name }) => name));
  const listed = listedRules(invocation, library);
  const correlations = listed.filter(({ correlation }) => correlation !== undefined);
  const rules = listed
    .filter(({ correlation }) => correlation === undefined)
    .map((rule) => ({ rule, enabled: running.has(rule.name) }));
  // Those that come with the program are a line of the file: nobody asked for them.
  const own = correlations.filter((rule) => !library.isBundled(rule));
  if (own.length > 0) {
    const names = own.map(({ name }) => name).join(', ');
    warn(plainText(`warning: not exported, since Falco has no correlations: ${names}`));
  }
  for (const { policy } of library.members) {
    if (policy.enabled && policy.scope !== undefined) {
      warn(plainText(`warning: the scope of the policy ${policy.name} is not exported`));
    }
  }
  const text = exportRules(rules, library.ruleSet.macros, {
    version: packageVersion(),
    correlations: correlations.length,
  });
  return written(invocation, text);
};

type ExportInvocation = Parameters<ActionOf<'rules export'>>[0];

/** The rules that would run, as SQL. Correlations are there by the conditions of their events. */
async function sqlOf(
  invocation: ExportInvocation,
  library: Library,
  running: readonly Rule[],
): Promise<string> {
  const { exportTable: table = 'raw' } = invocation.settings;
  const listed = new Set(listedRules(invocation, library).map(({ name }) => name));
  const { clickHouseSql } = await import('../../../sql/clickhouse.ts');
  return clickHouseSql(
    running.filter(({ name }) => listed.has(name)),
    { version: packageVersion(), table },
  );
}

async function written({ settings, terminal }: ExportInvocation, text: string): Promise<number> {
  const { outputFile = '-' } = settings;
  if (outputFile === '-') {
    terminal.stdout.write(text);
    await terminal.stdout.drained();
  } else {
    const output = fileOutput(outputFile);
    output.write(text);
    await output.close();
  }
  return exitCode('ok');
}

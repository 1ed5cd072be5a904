import { evaluate } from '../../condition/condition.ts';
import { createFindingFactory } from '../../engine/finding-factory.ts';
import type { Finding } from '../../engine/finding.ts';
import { ignoreKeys } from '../../outputs/card/ignore-entry.ts';
import { placeFinding } from '../../policies/placement.ts';
import { redactor } from '../../redact/redact.ts';
import { KnownError } from '../../util/errors.ts';
import type { ActionOf } from '../flags/command-options.ts';
import { changeFile, printChange, refuseOver, textOrEmpty } from '../library/edit-file.ts';
import { withIgnore } from '../settings/edit-ignore.ts';
import { endReading } from '../run/reading.ts';
import { fieldSettingsOf } from '../run/settings-plan.ts';
import { changedConfig, shownPath } from '../settings/config-paths.ts';
import { plainText } from '../terminal/listing.ts';
import { findEvents, type Found } from './find-events.ts';

/** `k8s-audit ignore add AUDIT_ID`: accepts one finding, by its rule, user and object, in the configuration file. */
export const ignoreAddCommand: ActionOf<'ignore add'> = async (invocation) => {
  const { config, settings, terminal } = invocation;
  const { reason, expires } = settings;
  if (reason === undefined) {
    throw new KnownError('usage', 'say why the finding is accepted', "--reason 'the backup job'");
  }
  refuseOver(expires, terminal);
  const found = await findEvents(invocation, 'ignore add', false);
  if (found.finder.events.length > 0) {
    const keys = ignoreKeys(
      onlyFinding(
        found,
        createFindingFactory({
          timeField: 'evt.time.iso8601',
          settings: fieldSettingsOf(invocation),
        }),
      ),
      redactor(false),
    );
    if (keys.length === 0) {
      throw new KnownError(
        'usage',
        'no condition can hold the values of this finding: one is a credential, or has control characters, a ' +
          'backslash, or quotes of both kinds',
        'write the entry by hand',
      );
    }
    // A scan takes the entries of one file: of the first that has some.
    const inEffect = config.find(({ ignore }) => ignore.length > 0)?.path;
    const path = changedConfig(settings.config, inEffect, terminal);
    const name = shownPath(path, terminal.cwd);
    const before = textOrEmpty(path, terminal.cwd);
    const after = withIgnore(name, before, { keys, reason, expires });
    if (!settings.quiet && !settings.dryRun && after !== before) {
      printChange({ path, before, after }, terminal);
    }
    const written = changeFile({ path, before, after }, settings.dryRun, terminal);
    if (!settings.quiet && !settings.dryRun) {
      terminal.stderr.write(plainText(written ? `${name} written\n` : `${name} has it already\n`));
    }
  }
  await found.output.close();
  return endReading(found.end, invocation, found.output, found.missing);
};

/** The finding on the request. @throws KnownError when it has none, or several that no --rule tells apart */
function onlyFinding(
  { finder, rules, placements }: Found,
  findingOf: ReturnType<typeof createFindingFactory>,
): Finding {
  const findings = rules.flatMap((rule) => {
    // A correlation is no finding of one request.
    if (rule.correlation !== undefined) return [];
    for (const event of finder.events) {
      if (!evaluate(rule.condition, event)) continue;
      const placed = placeFinding(rule, placements.get(rule.name), event);
      if (placed !== undefined) return [findingOf(rule, event, placed)];
    }
    return [];
  });
  const [first, ...others] = findings;
  if (first === undefined) {
    throw new KnownError('usage', 'no rule of this run has a finding on this request');
  }
  if (others.length > 0) {
    const names = findings.map(({ rule }) => `'${rule}'`).join(', ');
    throw new KnownError(
      'usage',
      `this request has several findings: ${names}`,
      'name one with --rule',
    );
  }
  return first;
}

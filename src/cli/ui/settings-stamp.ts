import { createHash } from 'node:crypto';
import type { InvocationOf } from '../flags/command-options.ts';
import { textOrEmpty } from '../library/edit-file.ts';
import { readRulesPaths } from '../library/rules-input.ts';
import { ownBaseline, textOfBaseline } from './known-findings-change.ts';

/** Tells settings that changed from those that did not. */
export function settingsStamp(run: InvocationOf<'ui'>): string {
  const { config, settings, terminal } = run;
  const configs = config.map(({ path }) => [path, textOrEmpty(path, terminal.cwd)]);
  const rules = readRulesPaths(settings.rules).map(({ name, text }) => [name, text]);
  const baseline = settings.baseline === undefined ? '' : textOfBaseline(run, ownBaseline(run));
  return createHash('sha256')
    .update(JSON.stringify([configs, rules, baseline]))
    .digest('hex');
}

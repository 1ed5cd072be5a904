import { nearest } from '../../util/suggest.ts';
import type { Given, Layer } from '../flags/command.ts';
import {
  CONFIG_OPTIONS,
  ENV_PREFIX,
  optionEnv,
  optionKey,
  optionRecord,
} from '../flags/option-keys.ts';
import { OPTIONS, type OptionName } from '../flags/options.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { readTexts } from './settings.ts';

/** What Kubernetes puts into the environment of every pod beside a service called `k8s-audit…`. */
const OF_A_SERVICE = /_(?:SERVICE_HOST|SERVICE_PORT(?:_\w+)?|PORT(?:_\d+_[A-Z]+(?:_[A-Z]+)?)?)$/;

/**
 * The values that the environment gives.
 *
 * @param names options to look at
 * @throws KnownError for a wrong value
 */
export function envLayer(
  terminal: Pick<Terminal, 'env' | 'now'>,
  names: readonly OptionName[] = CONFIG_OPTIONS,
): Layer {
  const layer = new Map<OptionName, Given>();
  for (const name of names) {
    const { config, repeatable } = optionRecord(name);
    const origin = optionEnv(name);
    const text = config === false ? undefined : terminal.env[origin];
    if (text === undefined) continue;
    layer.set(name, readTexts(name, repeatable === true ? listOf(text) : [text], origin, terminal));
  }
  return layer;
}

function listOf(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** Variables that are named like options and set none: one warning each. */
export function envWarnings(env: Terminal['env']): string[] {
  const named = Object.keys(env).filter(
    (variable) =>
      variable.startsWith(ENV_PREFIX) &&
      env[variable] !== undefined &&
      !OF_A_SERVICE.test(variable),
  );
  if (named.length === 0) return [];
  const known = CONFIG_OPTIONS.map(optionEnv);
  return named
    .filter((variable) => !known.includes(variable))
    .toSorted()
    .map((variable) => {
      const flag = (Object.keys(OPTIONS) as OptionName[]).find(
        (name) => optionEnv(name) === variable,
      );
      if (flag !== undefined) {
        return `warning: ${variable} has no effect: --${optionKey(flag)} is for the command line alone`;
      }
      // Without what all begin with: that would make any two of them alike.
      const bare = known.map((name) => name.slice(ENV_PREFIX.length));
      const near = nearest(variable.slice(ENV_PREFIX.length), bare).map(
        (name) => ENV_PREFIX + name,
      );
      const hint =
        near.length === 0
          ? 'k8s-audit config show lists what there is'
          : `did you mean ${near.join(' or ')}?`;
      return `warning: ${variable} sets no option (${hint})`;
    });
}

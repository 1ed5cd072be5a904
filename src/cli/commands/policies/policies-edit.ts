import { DEFAULT_FIELD_SETTINGS } from '../../../rules/resolver.ts';
import type { ActionOf, InvocationOf } from '../../flags/command-options.ts';
import { exitCode } from '../../terminal/exit.ts';
import { plainText, warner } from '../../terminal/listing.ts';
import { PolicyFile } from '../../library/edit-policies.ts';
import { loadLibrary } from '../../library/policies-input.ts';

/** `k8s-audit policies enable NAME…`: switches policies on in the configuration. */
export const policiesEnableCommand: ActionOf<'policies enable'> = (invocation) =>
  edit(invocation, 'enabled', (file, name) => file.enable(name, true));

/** `k8s-audit policies disable NAME…`: switches policies off in the configuration. */
export const policiesDisableCommand: ActionOf<'policies disable'> = (invocation) =>
  edit(invocation, 'disabled', (file, name) => file.enable(name, false));

/** `k8s-audit policies delete NAME…`: takes policies out of the configuration. */
export const policiesDeleteCommand: ActionOf<'policies delete'> = (invocation) =>
  edit(invocation, 'deleted', (file, name) => file.delete(name));

async function edit(
  invocation: InvocationOf<'policies enable'>,
  done: string,
  change: (file: PolicyFile, name: string) => void,
): Promise<number> {
  const { args, settings, terminal } = invocation;
  const library = await loadLibrary(invocation, DEFAULT_FIELD_SETTINGS, warner(invocation));
  const file = new PolicyFile(invocation, library);
  for (const name of args) change(file, name);
  const written = file.save(settings.dryRun);
  if (!settings.quiet && !settings.dryRun) {
    const where = written ? `in ${file.name}` : `already, in ${file.name}`;
    const text = args.map((name) => `${name} ${done} ${where}\n`).join('');
    terminal.stderr.write(plainText(text));
  }
  await terminal.stdout.drained();
  return exitCode('ok');
}

import { KnownError } from '../../util/errors.ts';
import type { ActionOf } from '../flags/command-options.ts';
import { inputsOf } from '../queries/query-inputs.ts';
import { Answers } from '../queries/answers.ts';
import { exitCode } from '../terminal/exit.ts';
import { plainText } from '../terminal/listing.ts';
import { UiRoutes } from '../ui/ui-routes.ts';
import { UiServer } from '../ui/ui-server.ts';

/** `k8s-audit ui PATHS`: a page on this machine that asks about logs, until Ctrl-C. */
export const uiCommand: ActionOf<'ui'> = async (invocation) => {
  const { args, settings, terminal } = invocation;
  if (args.includes('-')) {
    throw new KnownError(
      'usage',
      'standard input is read once, and a page asks again',
      'name files',
    );
  }
  await inputsOf(invocation);
  const server = new UiServer(new UiRoutes(invocation, new Answers(invocation, args), args));
  const url = await server.listen();
  terminal.stdout.write(`${url}\n`);
  if (settings.open) {
    const { openBrowser } = await import('../ui/open-browser.ts');
    const problem = await openBrowser(server.addressOnce());
    if (problem !== undefined) {
      terminal.stderr.write(plainText(`no browser was opened (${problem}): open ${url}\n`));
    }
  }
  const { interrupted } = terminal;
  if (!interrupted.aborted) {
    await new Promise((resolve) => interrupted.addEventListener('abort', resolve, { once: true }));
  }
  await server.close();
  return exitCode('ok');
};

import { PROBLEM_REASONS } from '../../events/problems.ts';
import { expandSources } from '../../io/sources.ts';
import { number, plural } from '../../outputs/summary-text.ts';
import { KnownError } from '../../util/errors.ts';
import type { ActionOf } from '../flags/command-options.ts';
import { loadLibrary } from '../library/policies-input.ts';
import { createMcpServer } from '../mcp/mcp-server.ts';
import { StdioTransport } from '../mcp/stdio-transport.ts';
import { Answers } from '../queries/answers.ts';
import { fieldSettingsOf } from '../run/settings-plan.ts';
import { exitCode, exitCodeOfSignal } from '../terminal/exit.ts';
import { warner } from '../terminal/listing.ts';
import { packageVersion } from '../version.ts';

/** `k8s-audit mcp PATHS`: answers questions of assistants about logs, until standard input ends. */
export const mcpCommand: ActionOf<'mcp'> = async (invocation) => {
  const { args, terminal } = invocation;
  if (args.includes('-')) {
    throw new KnownError('usage', 'standard input is where questions come from', 'name files');
  }
  const { sources, problems } = expandSources(args);
  const [missing] = problems;
  if (missing !== undefined) {
    throw new KnownError('input', `${missing.path}: ${PROBLEM_REASONS[missing.reason].text}`);
  }
  // What is wrong with rules and policies is told now, not to whoever asks.
  await loadLibrary(invocation, fieldSettingsOf(invocation), warner(invocation));
  const server = createMcpServer(new Answers(invocation, args), args, {
    version: packageVersion(),
    terminal,
  });
  const transport = new StdioTransport(terminal);
  const stop = (): void => void server.close();
  terminal.interrupted.addEventListener('abort', stop, { once: true });
  await server.connect(transport);
  warner(invocation)(
    `answering questions about ${number(sources.length)} ${plural(sources.length, 'input')} on standard input and output`,
  );
  if (terminal.interrupted.aborted) stop();
  await transport.ended;
  const { aborted, reason } = terminal.interrupted;
  return aborted ? exitCodeOfSignal(reason) : exitCode('ok');
};

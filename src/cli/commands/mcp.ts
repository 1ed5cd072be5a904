import { number, plural } from '../../outputs/summary-text.ts';
import { KnownError } from '../../util/errors.ts';
import type { ActionOf } from '../flags/command-options.ts';
import { createMcpServer } from '../mcp/mcp-server.ts';
import { StdioTransport } from '../mcp/stdio-transport.ts';
import { Answers } from '../queries/answers.ts';
import { inputsOf } from '../queries/query-inputs.ts';
import { exitCode, exitCodeOfSignal } from '../terminal/exit.ts';
import { warner } from '../terminal/listing.ts';
import { packageVersion } from '../version.ts';

/** `k8s-audit mcp PATHS`: answers questions of assistants about logs, until standard input ends. */
export const mcpCommand: ActionOf<'mcp'> = async (invocation) => {
  const { args, terminal } = invocation;
  if (args.includes('-')) {
    throw new KnownError('usage', 'standard input is where questions come from', 'name files');
  }
  const inputs = await inputsOf(invocation);
  const server = createMcpServer(new Answers(invocation, args), args, {
    version: packageVersion(),
    terminal,
  });
  const transport = new StdioTransport(terminal);
  const stop = (): void => void server.close();
  terminal.interrupted.addEventListener('abort', stop, { once: true });
  await server.connect(transport);
  warner(invocation)(
    `answering questions about ${number(inputs)} ${plural(inputs, 'input')} on standard input and output`,
  );
  if (terminal.interrupted.aborted) stop();
  await transport.ended;
  const { aborted, reason } = terminal.interrupted;
  return aborted ? exitCodeOfSignal(reason) : exitCode('ok');
};

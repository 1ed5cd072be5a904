import { spawn } from 'node:child_process';
import { platform } from 'node:os';
import { errorCode } from '../../util/errors.ts';

/** What opens an address, without a shell. */
const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};
const OTHERWISE = ['xdg-open'] as const;

/**
 * Opens an address in the user's browser.
 *
 * @returns why it could not be opened; undefined when the program for it did not complain
 */
export function openBrowser(
  address: string,
  system: NodeJS.Platform = platform(),
): Promise<string | undefined> {
  const [program, ...args] = OPENERS[system] ?? OTHERWISE;
  return new Promise((resolve) => {
    const child = spawn(program, [...args, address], { stdio: 'ignore', detached: true });
    child.on('error', (error) => resolve(`${program}: ${errorCode(error)}`));
    child.on('exit', (code) =>
      resolve(code === 0 ? undefined : `${program} ended with code ${code ?? 'none'}`),
    );
    // A browser that was started may go on.
    child.unref();
  });
}

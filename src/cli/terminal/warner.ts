import type { Invocation } from '../flags/command.ts';
import { plainText } from './listing.ts';

/** Warnings on standard error, unless they are not wanted. */
export function warner({ settings, terminal }: Invocation): (text: string) => void {
  return (text) => {
    if (!settings.quiet) terminal.stderr.write(`${plainText(text)}\n`);
  };
}

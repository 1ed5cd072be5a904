/** An error of a connection in words, where Node has none that say what happened. */
export function faultText(error: Error): string {
  // Where a name has several addresses, each was tried, and the error of all has no text.
  const errors: readonly unknown[] = error instanceof AggregateError ? error.errors : [];
  const texts = errors.flatMap((each) => (each instanceof Error ? [faultText(each)] : []));
  if (texts.length > 0) return texts.join(', ');
  if (error.message === 'socket hang up') return NO_ANSWER;
  if (codeOf(error).startsWith('HPE_')) return `the answer is no HTTP (${error.message})`;
  return error.message;
}

/** What is said of a connection that is closed too early. */
export const NO_ANSWER = 'the connection was closed without an answer';

/** The code of an error of Node; empty where it has none. */
export function codeOf(error: NodeJS.ErrnoException): string {
  return error.code ?? '';
}

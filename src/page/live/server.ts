/** Sends a question to the server that gave the page out. @throws Error with what the server says is wrong */
export async function post<T>(
  path: string,
  question: unknown,
  signal: AbortSignal | null = null,
): Promise<T> {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(question),
    signal,
  });
  const text = await response.text();
  if (!response.ok) throw new Error(text.trim());
  return JSON.parse(text) as T;
}

/** What went wrong, in words. */
export function problemText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

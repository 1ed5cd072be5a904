/** Falco's plugins hand over C strings (plugin_filtercheck.cpp): a NUL ends the value. */
export function cutAtNul(text: string): string {
  const end = text.indexOf('\0');
  return end === -1 ? text : text.slice(0, end);
}

/** The letters and digits of a name, small: what stays of it however a store spells names. */
export function lettersOf(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

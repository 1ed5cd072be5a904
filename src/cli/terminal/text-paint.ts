import { loadPaint, type Paint } from '../../outputs/table/paint.ts';
import { useColor, type ColorChoice, type Terminal } from './terminal.ts';

/** The colours of what goes to standard output. */
export function paintOf(
  { color }: { readonly color: ColorChoice | undefined },
  { stdout, env }: Pick<Terminal, 'stdout' | 'env'>,
): Promise<Paint> {
  return loadPaint(useColor(color ?? 'auto', stdout, env));
}

import type { PageCode } from '../outputs/writer.ts';
import { readAsset } from './assets.ts';

/** The script and the style of the HTML report's page, as the build made them of src/page. */
export function pageCode(): PageCode {
  return { script: readAsset('dist/page/page.js'), style: readAsset('dist/page/page.css') };
}

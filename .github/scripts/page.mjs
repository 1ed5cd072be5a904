// Bundles src/page, the script of HTML reports, into dist/page: one script and one style, which a report holds whole.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { packageOf, PAGE_PACKAGES } from './licences.mjs';

/** The script and the style of reports. `root` is the project's folder. */
export async function bundlePage(root) {
  const folder = join(root, 'dist/page');
  const build = await rolldown({
    input: join(root, 'src/page/main.tsx'),
    platform: 'browser',
    tsconfig: join(root, 'src/page/tsconfig.json'),
    logLevel: 'warn',
  });
  const { output } = await build.generate({
    format: 'iife',
    minify: true,
    comments: false,
    codeSplitting: false,
  });
  await build.close();
  const [{ code, moduleIds }] = output;
  const used = [
    ...new Set(moduleIds.map(packageOf).filter((name) => name !== undefined)),
  ].toSorted();
  if (used.join() !== PAGE_PACKAGES.toSorted().join()) {
    throw new Error(
      `the page holds ${used.join(', ')}: PAGE_PACKAGES of licences.mjs must name them`,
    );
  }
  // The page is handed on, so it names what it holds; the build of a report must not end in it.
  const notice = `/* k8s-audit (Apache-2.0) with ${used.join(', ')} (MIT) */\n`;
  if (/<\/?script|<!--/i.test(code))
    throw new Error('the script would end in the middle of itself');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'page.js'), notice + code);
  const style = readFileSync(join(root, 'src/page/page.css'), 'utf8');
  writeFileSync(
    join(folder, 'page.css'),
    style
      .replaceAll(/\/\*.*?\*\//gs, '')
      .replaceAll(/\n\s*/g, '\n')
      .trim(),
  );
}

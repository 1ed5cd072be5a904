// Bundles src/page, the script of HTML reports, into dist/page: one script and one style, which a report holds whole.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { packageOf, PAGE_PACKAGES } from './licences.mjs';

/** The scripts and styles of reports and of `k8s-audit ui`. `root` is the project's folder. */
export async function bundlePage(root) {
  const report = await bundleScript(root, 'main.tsx', 'page', ['base.css', 'page.css']);
  const live = await bundleScript(root, 'live/live-page.tsx', 'live', [
    'base.css',
    'page.css',
    'live.css',
  ]);
  const used = [...new Set([...report, ...live])].toSorted();
  if (used.join() !== PAGE_PACKAGES.toSorted().join()) {
    throw new Error(`the pages hold ${used.join(', ')}: PAGE_PACKAGES of licences.mjs must name them`);
  }
}

/** One script and one style. @returns the packages in it */
async function bundleScript(root, input, name, styles) {
  const folder = join(root, 'dist/page');
  const build = await rolldown({
    input: join(root, 'src/page', input),
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
    ...new Set(moduleIds.map(packageOf).filter((each) => each !== undefined)),
  ].toSorted();
  // The page is handed on, so it names what it holds; the build of a report must not end in it.
  const notice = `/* k8s-audit (Apache-2.0) with ${used.join(', ')} (MIT) */\n`;
  if (/<\/?script|<!--/i.test(code))
    throw new Error('the script would end in the middle of itself');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.js`), notice + code);
  const style = styles
    .map((file) => readFileSync(join(root, 'src/page', file), 'utf8'))
    .join('');
  writeFileSync(
    join(folder, `${name}.css`),
    style
      .replaceAll(/\/\*.*?\*\//gs, '')
      .replaceAll(/\n\s*/g, '\n')
      .trim(),
  );
  return used;
}

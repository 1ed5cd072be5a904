import axe from 'axe-core';
import type { Page } from 'playwright-core';

/**
 * What keeps people out of a page as it stands, one line each. In the dark it looks at contrast alone: all else is
 * the same as in the light, where it looks at everything.
 */
export async function axeFinds(page: Page, colorScheme: 'light' | 'dark'): Promise<string[]> {
  await page.evaluate(`void (globalThis.axe ?? (() => {${axe.source}})())`);
  const options = {
    resultTypes: ['violations'],
    ...(colorScheme === 'dark' ? { runOnly: ['color-contrast'] } : {}),
  };
  return page.evaluate<string[]>(
    `axe.run(document, ${JSON.stringify(options)}).then(({ violations }) => violations.flatMap(({ id, nodes }) =>
      nodes.map((node) => id + ' ' + node.html.slice(0, 200) + ' ' + node.failureSummary)))`,
  );
}

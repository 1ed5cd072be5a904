import type { Page } from 'playwright-core';

/** Goes to an address inside a page, and waits until the page has heard of it: what is seen next is what is there. */
export async function goTo(page: Page, hash: string): Promise<void> {
  await page.evaluate(
    `new Promise((done) => {
      const before = location.href;
      addEventListener('hashchange', () => setTimeout(done), { once: true });
      location.hash = ${JSON.stringify(hash)};
      if (location.href === before) done();
    })`,
  );
}

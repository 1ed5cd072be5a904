import { existsSync } from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { finding, FINDINGS, HOSTILE } from '../outputs/findings.ts';
import { axeFinds } from './axe.ts';
import { goTo } from './go-to.ts';
import { describeCaseViews } from './case-views.ts';
import { manyFindings, reportFile, reportOf } from './reports.ts';

/** Debian's; other systems may name theirs in CHROMIUM. */
const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const MOST = 20_000;
/** Elements of a page that draws only what is in sight, whatever it holds. */
const FEW_ELEMENTS = 2000;
const SOME = 1000;

const count = (page: Page): Promise<string> => page.locator('.count').innerText();
const heading = (page: Page): Promise<string> => page.locator('.detail h2').innerText();

describe.skipIf(!existsSync(CHROMIUM))(`the page in a browser (needs ${CHROMIUM})`, () => {
  let browser: Browser;
  /** Everything a page complains about or asks for. */
  const troubles: string[] = [];
  let some = '';

  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ['--no-sandbox'],
      timeout: 0,
    });
    some = reportFile('some', await reportOf(manyFindings(SOME)));
  });
  afterAll(() => browser.close());

  async function open(
    url: string,
    options: Parameters<Browser['newPage']>[0] & { script?: string } = {},
  ): Promise<Page> {
    const page = await browser.newPage(options);
    // Half a test's limit: what hangs is named by its line.
    page.setDefaultTimeout(60_000);
    troubles.length = 0;
    page.on('console', (message) => troubles.push(message.text()));
    page.on('pageerror', (error) => troubles.push(error.message));
    page.on('dialog', (dialog) => troubles.push(`dialog ${dialog.message()}`));
    page.on('request', (request) => {
      if (request.url() !== url.replace(/#.*/, '')) troubles.push(`request ${request.url()}`);
    });
    if (options.script !== undefined) await page.addInitScript(options.script);
    await page.goto(url);
    if (options.javaScriptEnabled !== false) await ready(page);
    return page;
  }

  /** Waits until everything is read. */
  async function ready(page: Page): Promise<void> {
    await page.locator('#app main').waitFor();
    // A locator: page.waitForFunction evaluates in the page, which its Content Security Policy forbids.
    await page.locator('.count', { hasNotText: 'reading' }).waitFor();
  }

  describeCaseViews({ open, troubles });

  it(`shows ${MOST} events with few elements and without any request, and searches them`, async () => {
    const url = reportFile('most', await reportOf(manyFindings(MOST)));
    const page = await open(url);
    expect(await count(page)).toBe('20,000 of 20,000 rows');
    expect(await page.locator('.row').count()).toBeGreaterThan(5);
    expect(await page.locator('*').count()).toBeLessThan(FEW_ELEMENTS);
    await page.fill('#search', 'number-471 user-31');
    await expect.poll(() => count(page)).toBe('20 of 20,000 rows');
    await page.fill('#search', '');
    await page.locator('.severity.s-high').click();
    await expect.poll(() => count(page)).toBe('2,000 of 20,000 rows');
    await page.evaluate("document.querySelector('.list').scrollTop = 1e9");
    await expect
      .poll(() => page.locator('.list li').last().getAttribute('aria-posinset'))
      .toBe('2000');
    expect(await page.locator('*').count()).toBeLessThan(FEW_ELEMENTS);
    expect(troubles).toEqual([]);
    await page.close();
  });

  describe(`with ${SOME} events`, () => {
    let page: Page;
    beforeAll(async () => {
      page = await open(some, { viewport: { width: 1600, height: 900 } });
    });
    afterAll(() => page.close());

    const clear = async (): Promise<void> => {
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Show all' }).click();
      await expect.poll(() => count(page)).toBe('1,000 of 1,000 rows');
    };

    it('filters by severity and counts what each would show', async () => {
      expect(await page.locator('.severities').innerText()).toMatch(
        /high 100\s+medium 0\s+low 900\s+info 0/,
      );
      await page.locator('.severity.s-low').click();
      await expect.poll(() => count(page)).toBe('900 of 1,000 rows');
      expect(await page.locator('.severity.s-low').getAttribute('aria-pressed')).toBe('true');
      await clear();
    });

    it('chooses values and leaves values out, and keeps all that in its address', async () => {
      await page.locator('.row').first().click();
      await page.getByRole('button', { name: 'user is user-0', exact: true }).click();
      await expect.poll(() => count(page)).toBe('25 of 1,000 rows');
      await page.getByRole('button', { name: 'namespace is not ns-0', exact: true }).click();
      await expect.poll(() => count(page)).toBe('21 of 1,000 rows');
      const url = page.url();
      expect(decodeURIComponent(url)).toContain('is=user:user-0&not=namespace:ns-0&shown=0');
      const other = await open(url);
      expect(await count(other)).toBe('21 of 1,000 rows');
      expect(await heading(other)).toContain('Attach/Exec Pod');
      await other.close();
      await page.getByRole('button', { name: 'Remove: namespace is not ns-0' }).click();
      await expect.poll(() => count(page)).toBe('25 of 1,000 rows');
      await clear();
    });

    it('goes where an address leads, whatever it says', async () => {
      await goTo(page, 'q=number-47&severity=high');
      await expect.poll(() => count(page)).toBe('1 of 1,000 rows');
      expect(await page.inputValue('#search')).toBe('number-47');
      expect(await page.locator('.timeline figcaption').innerText()).toMatch(/at most 1 event\s/);
      await goTo(page, 'view=<img src=x>&is=__proto__:x&from=x');
      await expect.poll(() => count(page)).toBe('1,000 of 1,000 rows');
      expect(troubles).toEqual([]);
    });

    it.each([
      ['rule', 'K8s Secret Deleted', '333'],
      ['user', 'user-3', '25'],
      ['object', 'ns-1/pods/pod-1/exec', '1'],
      ['namespace', 'ns-6', '142'],
      ['source', '203.0.113.7', '4'],
    ])('groups by %s', async (by, name, events) => {
      await page.getByLabel('Group by').selectOption(by);
      const row = page.locator('.groups tbody tr', {
        has: page.getByText(name, { exact: true }),
      });
      expect(await row.locator('td').first().innerText()).toBe(events);
      await row.getByRole('button', { name: / is (?!not )/ }).click();
      await expect.poll(() => count(page)).toBe(`${events} of 1,000 rows`);
      await clear();
    });

    it('puts events in order, the worst first where none is chosen', async () => {
      expect(await page.getByLabel('Order').inputValue()).toBe('severity');
      expect(await page.locator('.row .badge').first().innerText()).toBe('HIGH');
      await page.getByLabel('Order').selectOption('newest');
      await expect
        .poll(() => page.locator('.row time').first().innerText())
        .toBe('2026-01-02 19:43:05');
      await page.getByLabel('Order').selectOption('severity');
      await expect.poll(() => page.locator('.row .badge').first().innerText()).toBe('HIGH');
      await page.getByLabel('Order').selectOption('time');
    });

    it('zooms where somebody drags over the events in time, or types a time', async () => {
      const box = (await page.locator('.timeline svg').boundingBox())!;
      await page.mouse.move(box.x + box.width * 0.25, box.y + 20);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width * 0.5, box.y + 30);
      await page.mouse.up();
      await expect.poll(() => count(page)).not.toBe('1,000 of 1,000 rows');
      const found = Number((await count(page)).split(' ')[0]);
      expect(found).toBeGreaterThan(100);
      expect(found).toBeLessThan(500);
      await page.getByRole('button', { name: 'Whole time' }).click();
      await expect.poll(() => count(page)).toBe('1,000 of 1,000 rows');
      await page.getByLabel('From').fill('2026-01-02T19:40:05');
      await expect.poll(() => count(page)).toBe('4 of 1,000 rows');
      await clear();
    });

    it('is worked by keys', async () => {
      await page.keyboard.press('/');
      await page.keyboard.type('number-47');
      await expect.poll(() => count(page)).toBe('11 of 1,000 rows');
      await page.keyboard.press('Escape');
      await page.keyboard.press('j');
      await expect.poll(() => page.locator('.message').innerText()).toContain('number-47 ');
      await page.keyboard.press('j');
      await expect.poll(() => page.locator('.message').innerText()).toContain('number-470 ');
      await page.keyboard.press('k');
      await expect.poll(() => page.locator('.message').innerText()).toContain('number-47 ');
      await page.keyboard.press('Enter');
      expect(await page.evaluate('document.activeElement.id')).toBe('detail');
      await page.keyboard.press('Escape');
      await expect.poll(() => page.locator('.detail').count()).toBe(0);
      await clear();
    });

    it('opens the entry in focus by Enter, not the first one', async () => {
      await page.locator('.row').nth(2).click();
      await page.keyboard.press('Escape');
      await expect.poll(() => page.locator('.detail').count()).toBe(0);
      await page.keyboard.press('Enter');
      await expect.poll(() => page.locator('.message').innerText()).toContain('number-2 ');
      await page.keyboard.press('Escape');
    });

    it('tells everything about an event beside the list', async () => {
      await page.locator('.row').first().click();
      const detail = page.locator('.detail');
      await detail.getByRole('heading', { name: 'Event', exact: true }).waitFor();
      const text = await detail.innerText();
      for (const part of [
        'Finding number-0 (user=user-0)',
        '2026-01-02 03:04:05 UTC',
        'ns-0/pods/pod-0/exec',
        'Someone ran a command in a pod.',
        'logs/audit.log:12',
        'T1609',
        'ls 0',
        '"kind": "Event"',
        '"password": "[redacted]"',
        'k8s-audit show 00000000-0000-4000-8000-000000000001 logs/audit.log',
        "- rule: 'Attach/Exec Pod'",
        "kubectl exec -n ns-0 pod-0 -- sh -c 'ls 0'",
      ]) {
        expect(text).toContain(part);
      }
      expect(text).not.toContain('hunter2');
    });

    it('copies commands', async () => {
      await page.getByRole('button', { name: 'Copy: One request in full' }).click();
      await expect
        .poll(() => page.locator('.unseen').innerText())
        .toBe('Copied: One request in full');
      await page.keyboard.press('Escape');
      await page.focus('#search');
      await page.keyboard.press('Control+V');
      expect(await page.inputValue('#search')).toMatch(/^k8s-audit show 00000000-/);
      await expect.poll(() => count(page)).toBe('0 of 1,000 rows');
      await page.keyboard.press('Escape');
      await clear();
    });

    it('has pages of rules and of the input, which lead back to findings', async () => {
      await page.getByRole('button', { name: 'Rules', exact: true }).click();
      const main = page.locator('main');
      expect(await main.innerText()).toContain('2 rules could not be decided on 3 events');
      await main.getByText('Create Privileged Pod').click();
      expect(await main.innerText()).toContain('A privileged pod can take over its node.');
      await main.getByRole('button', { name: 'Show its findings' }).first().waitFor();
      await main.locator('details[open] button').click();
      await expect.poll(() => count(page)).toBe('333 of 1,000 rows');
      await page.getByRole('button', { name: 'Input', exact: true }).click();
      expect(await main.innerText()).toContain('audit.log:7: unexpected "}"');
      await page.getByRole('button', { name: 'Findings', exact: true }).click();
      await clear();
    });

    it('prints what is chosen, with messages', async () => {
      await page.fill('#search', 'number-47');
      await expect.poll(() => count(page)).toBe('11 of 1,000 rows');
      await page.emulateMedia({ media: 'print' });
      await page.evaluate("dispatchEvent(new Event('beforeprint'))");
      expect(await page.locator('.paper article').count()).toBe(11);
      expect(await page.locator('.paper').innerText()).toContain(
        'Finding number-470 (user=user-30)',
      );
      expect(await page.locator('.list').isVisible()).toBe(false);
      await page.evaluate("dispatchEvent(new Event('afterprint'))");
      await page.emulateMedia({ media: 'screen' });
      expect(await page.locator('.paper article').count()).toBe(0);
      await clear();
    });

    it.each([390, 768, 2560])('does not scroll sideways in a window of %i', async (width) => {
      await page.setViewportSize({ width, height: 800 });
      for (const hash of ['', 'shown=3', 'group=object', 'view=rules', 'view=input']) {
        await goTo(page, hash);
        const inner = await page.evaluate<number>('document.documentElement.scrollWidth');
        expect(inner).toBeLessThanOrEqual(width);
      }
      await goTo(page, '');
    });
  });

  it.each(['light', 'dark'] as const)('is clean for axe in %s', async (colorScheme) => {
    const page = await open(some, { colorScheme, viewport: { width: 1600, height: 900 } });
    for (const hash of ['', 'shown=3&is=user:user-3', 'group=user', 'view=rules', 'view=input']) {
      await goTo(page, hash);
      if (hash.startsWith('shown')) await page.locator('.detail pre').last().waitFor();
      if (hash === 'view=rules') await page.locator('details.rule > summary').first().click();
      expect([hash, ...(await axeFinds(page, colorScheme))]).toEqual([hash]);
    }
    await page.close();
  });

  it('can be read without JavaScript', async () => {
    const page = await open(reportFile('plain', await reportOf(FINDINGS)), {
      javaScriptEnabled: false,
    });
    const details = page.locator('details.f').first();
    await details.locator('summary').click();
    expect(await details.locator('dl').innerText()).toContain('Exec in pod');
    expect(await page.locator('#summary').innerText()).toContain('Kubernetes audit findings');
    await page.close();
  });

  it.each([
    ['none', 'delete globalThis.DecompressionStream'],
    [
      'one that does not know the format',
      'globalThis.DecompressionStream = class { constructor() { throw new TypeError(); } }',
    ],
  ])('inflates its data itself in a browser that has %s', async (_, script) => {
    const page = await open(some, { script });
    expect(await count(page)).toBe('1,000 of 1,000 rows');
    await page.locator('.row').first().click();
    await page.getByRole('heading', { name: 'Event', exact: true }).waitFor();
    expect(troubles).toEqual([]);
    await page.close();
  });

  it('leaves the summary where the data are damaged', async () => {
    const html = await reportOf(FINDINGS);
    const page = await browser.newPage();
    await page.goto(
      reportFile('damaged', html.replace('data-part="rows">', 'data-part="rows">AAAA')),
    );
    await page.getByText('The findings in this page could not be read').waitFor();
    expect(await page.locator('#summary').isVisible()).toBe(true);
    await page.close();
  });

  it('says of a log without findings that nothing was found', async () => {
    const page = await open(reportFile('none', await reportOf([])));
    const main = page.locator('main');
    expect(await main.innerText()).toContain('The rules found nothing in 0 events.');
    await goTo(page, 'view=input');
    expect(await main.innerText()).not.toContain('Clusters with findings');
    await page.close();
  });

  it('runs nothing and requests nothing that a hostile log wants', async () => {
    const all = [
      ...FINDINGS,
      ...HOSTILE.map(([, text]) => finding({ rule: text, raw: `{"a":${JSON.stringify(text)}}` })),
    ];
    const rules = HOSTILE.map(([, text]) => ({
      name: text,
      description: text,
      priority: 'Notice' as const,
      tags: [text],
      enabled: true,
      notes: { falsePositives: [text], checks: [text], references: [text, 'javascript:alert(1)'] },
      file: text,
    }));
    const page = await open(reportFile('hostile', await reportOf(all, { rules, timezone: '<b>' })));
    expect(await count(page)).toBe(`${all.length} of ${all.length} rows`);
    for (let i = 0; i < all.length; i++) {
      await page.keyboard.press('j');
      await page.locator('.detail').waitFor();
      await page.locator('.detail .value button').first().waitFor();
    }
    await page.keyboard.press('Escape');
    for (const by of ['rule', 'user', 'object', 'namespace', 'source']) {
      await page.getByLabel('Group by').selectOption(by);
      await page.locator('.groups').waitFor();
    }
    await page.getByRole('button', { name: 'Rules', exact: true }).click();
    for (const summary of await page.locator('main > details > summary').all())
      await summary.click();
    const strange = page.locator(
      'script:not([data-part]) ~ *, main img, main script, main a:not([href^="http"])',
    );
    expect(await strange.count()).toBe(0);
    expect(await page.locator('main a').count()).toBe(0);
    await page.getByRole('button', { name: 'Input', exact: true }).click();
    expect(
      await page.locator('img, iframe, object, embed, [onerror], [style*="url"]').count(),
    ).toBe(0);
    expect(await page.evaluate('document.title')).toBe('Kubernetes audit findings');
    expect(troubles).toEqual([]);
    await page.close();
  });

  it('allows no script but its own', async () => {
    const page = await open(some);
    const ran = await page.evaluate<boolean>(`(() => {
      const script = document.createElement('script');
      script.textContent = 'window.owned = true';
      document.body.append(script);
      return window.owned === true;
    })()`);
    expect(ran).toBe(false);
    expect(troubles.join('\n')).toContain('Content Security Policy');
    await page.close();
  });
});

import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SummaryBuilder } from '../../src/engine/summary.ts';
import type { Finding } from '../../src/engine/finding.ts';
import { FORMATS } from '../../src/outputs/index.ts';
import { context, finding, FINDINGS, memorySink } from './findings.ts';

/** Debian's; other systems may name theirs in CHROMIUM. */
const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
/** As many as a report lists. */
const MOST = 10_000;
/** Enough for every filter, and quick to show again. */
const SOME = 1000;

const RULES = ['Attach/Exec Pod', 'Create Privileged Pod', 'K8s Secret Deleted'];

/** About as long as most events are. */
const EVENT = JSON.stringify({
  kind: 'Event',
  annotations: Object.fromEntries(
    Array.from({ length: 20 }, (_, i) => [`key-${i}`, 'v'.repeat(50)]),
  ),
});

function manyFindings(count: number): Finding[] {
  return Array.from({ length: count }, (_, i) =>
    finding({
      rule: RULES[i % 3]!,
      priority: i % 10 === 0 ? 'Critical' : 'Notice',
      message: `Finding number-${i} (user=user-${i % 40})`,
      raw: EVENT,
      time: 1_767_323_045_000_000_000n + BigInt(i) * 60_000_000_000n,
      subject: {
        ...finding().subject,
        user: `user-${i % 40}`,
        namespace: `ns-${i % 7}`,
        resource: 'pods',
        name: `pod-${i}`,
      },
    }),
  );
}

const shown = (page: Page): Promise<string> => page.locator('#shown').innerText();

async function writeReport(name: string, findings: readonly Finding[]): Promise<string> {
  const sink = memorySink();
  const writer = await FORMATS.html.create(sink, context());
  const summary = new SummaryBuilder();
  summary.input('audit.log');
  for (const one of findings) {
    writer.finding(one);
    summary.event(one.time, [one]);
  }
  writer.end(summary.build(1));
  const file = join(mkdtempSync(join(tmpdir(), 'k8s-audit-')), `${name}.html`);
  writeFileSync(file, sink.text());
  return pathToFileURL(file).href;
}

describe.skipIf(!existsSync(CHROMIUM))(`the HTML report in a browser (needs ${CHROMIUM})`, () => {
  let browser: Browser;
  /** Everything a page complains about or asks for. */
  const troubles: string[] = [];

  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ['--no-sandbox'],
      timeout: 0,
    });
  });
  afterAll(() => browser.close());

  async function open(url: string, javaScriptEnabled = true): Promise<Page> {
    const page = await browser.newPage({ javaScriptEnabled });
    // The test's own limit is the only one.
    page.setDefaultTimeout(0);
    troubles.length = 0;
    page.on('console', (message) => troubles.push(message.text()));
    page.on('pageerror', (error) => troubles.push(error.message));
    page.on('dialog', (dialog) => troubles.push(`dialog ${dialog.message()}`));
    page.on('request', (request) => {
      if (request.url() !== url) troubles.push(`request ${request.url()}`);
    });
    await page.goto(url);
    return page;
  }

  it(`loads ${MOST} findings without complaint and without any request, and searches them`, async () => {
    const page = await open(await writeReport('most', manyFindings(MOST)));
    expect(await shown(page)).toBe('10000 of 10000');
    expect(await page.locator('details.f').count()).toBe(MOST);
    await page.fill('#q', 'number-4711');
    await expect.poll(() => shown(page)).toBe('1 of 10000');
    expect(troubles).toEqual([]);
    await page.close();
  });

  describe(`with ${SOME} findings`, () => {
    let page: Page;
    beforeAll(async () => {
      page = await open(await writeReport('some', manyFindings(SOME)));
    });

    it('has a timeline and tables by rule, user and namespace', async () => {
      expect(await page.locator('svg rect').count()).toBeGreaterThan(10);
      expect(await page.locator('.tops h2').allInnerTexts()).toEqual([
        'Rules',
        'Users',
        'Namespaces',
      ]);
    });

    it('searches', async () => {
      await page.fill('#q', 'number-471');
      await expect.poll(() => shown(page)).toBe('1 of 1000');
      expect(await page.locator('details.f:visible').count()).toBe(1);
      await page.fill('#q', 'user-7 number-4');
      await expect.poll(() => shown(page)).toBe('4 of 1000');
      await page.click('button[type=reset]');
      await expect.poll(() => shown(page)).toBe('1000 of 1000');
    });

    it('filters by severity', async () => {
      await page.getByLabel('low').uncheck();
      await expect.poll(() => shown(page)).toBe('100 of 1000');
      await page.click('button[type=reset]');
      await expect.poll(() => shown(page)).toBe('1000 of 1000');
    });

    it.each([
      ['rule', 'K8s Secret Deleted', '333 of 1000'],
      ['user', 'user-3', '25 of 1000'],
      ['namespace', 'ns-6', '142 of 1000'],
    ])('filters by %s from its table', async (_, name, count) => {
      await page.locator('.tops').getByRole('button', { name, exact: true }).click();
      await expect.poll(() => shown(page)).toBe(count);
      await page.click('#by');
      await expect.poll(() => shown(page)).toBe('1000 of 1000');
    });

    it('shows details on demand', async () => {
      const first = page.locator('details.f').first();
      const details = first.locator('dl');
      expect(await details.isVisible()).toBe(false);
      await first.locator('summary').click();
      expect(await details.innerText()).toContain('Finding number-0 (user=user-0)');
      expect(await details.innerText()).toContain('"kind": "Event"');
    });

    it('does not scroll sideways in a narrow window', async () => {
      await page.setViewportSize({ width: 420, height: 800 });
      const [inner, outer] = await page.evaluate<[number, number]>(
        '[document.documentElement.scrollWidth, innerWidth]',
      );
      expect(inner).toBeLessThanOrEqual(outer);
    });
  });

  it('can be read without JavaScript', async () => {
    const page = await open(await writeReport('plain', FINDINGS), false);
    expect(await page.locator('.controls').isVisible()).toBe(false);
    const details = page.locator('details.f').first();
    await details.locator('summary').click();
    expect(await details.locator('dl').innerText()).toContain('Exec in pod');
  });

  it('runs nothing and requests nothing that a hostile log wants', async () => {
    const page = await open(await writeReport('hostile', FINDINGS));
    for (const summary of await page.locator('details.f > summary').all()) await summary.click();
    expect(await shown(page)).toBe(`${FINDINGS.length} of ${FINDINGS.length}`);
    expect(await page.locator('details.f script, details.f img, details.f a').count()).toBe(0);
    expect(troubles).toEqual([]);
  });

  it('allows no script but its own', async () => {
    const page = await open(await writeReport('policy', FINDINGS));
    const ran = await page.evaluate<boolean>(`(() => {
      const script = document.createElement('script');
      script.textContent = 'window.owned = true';
      document.body.append(script);
      return window.owned === true;
    })()`);
    expect(ran).toBe(false);
    expect(troubles.join('\n')).toContain('Content Security Policy');
  });
});

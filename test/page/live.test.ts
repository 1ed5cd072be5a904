import { appendFileSync, existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCli, type RunningCli } from '../cli/run-cli.ts';
import { axeFinds } from './axe.ts';

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const LOG = join(mkdtempSync(join(tmpdir(), 'live-')), 'audit.log');
const HOSTILE = '<img src=x onerror=alert(1)>\u202e"\'&';

function event(number: number, user: string): string {
  const time = new Date(Date.UTC(2026, 0, 1, 0, 0, number)).toISOString();
  return `${JSON.stringify({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Request',
    auditID: `id-${number}`,
    stage: 'ResponseComplete',
    verb: 'create',
    requestURI: '/api/v1/namespaces/shop/pods/web/exec?command=sh',
    user: { username: user },
    objectRef: { resource: 'pods', subresource: 'exec', namespace: 'shop', name: 'web' },
    responseStatus: { code: 101 },
    requestReceivedTimestamp: time,
    stageTimestamp: time,
  })}\n`;
}

describe.skipIf(!existsSync(CHROMIUM))(`the page of ui in a browser (needs ${CHROMIUM})`, () => {
  let browser: Browser;
  let running: RunningCli;
  let page: Page;
  const troubles: string[] = [];

  beforeAll(async () => {
    const users = Array.from({ length: 130 }, (_, index) =>
      index === 0 ? HOSTILE : `user-${index}`,
    );
    writeFileSync(LOG, users.map((user, index) => event(index, user)).join(''));
    running = startCli(['ui', LOG, '--rule', 'Attach/Exec Pod']);
    [browser] = await Promise.all([
      chromium.launch({
        executablePath: CHROMIUM,
        args: ['--no-sandbox'],
        timeout: 0,
      }),
      running.shows('?token='),
    ]);
    page = await browser.newPage();
    page.setDefaultTimeout(0);
    page.on('console', (message) => troubles.push(message.text()));
    page.on('pageerror', (error) => troubles.push(error.message));
    page.on('dialog', (dialog) => troubles.push(`dialog ${dialog.message()}`));
    await page.goto(running.output.stdout.trim());
  });
  afterAll(async () => {
    await browser.close();
    running.child.kill('SIGINT');
    await running.done;
  });

  const says = (text: string): Promise<void> =>
    page.locator('[role=status]', { hasText: text }).waitFor();

  it('shows what rules found, in pages, without the token in its address', async () => {
    await says('100 of 130 rows');
    expect(page.url()).not.toContain('token');
    await page.getByRole('button', { name: 'More' }).click();
    await says('130 of 130 rows');
    expect(await page.locator('tbody tr').count()).toBe(130);
    expect(await page.getByRole('button', { name: 'More' }).count()).toBe(0);
  });

  it('shows hostile text as text', async () => {
    const row = page.locator('tbody tr').first();
    expect(await row.innerText()).toContain('<img src=x onerror=alert(1)>');
    await row.getByRole('button').click();
    const details = page.locator('tbody pre');
    expect(await details.innerText()).toContain('<img src=x');
    expect(await page.locator('main').innerText()).not.toContain('\u202e');
    expect(await page.locator('img').count()).toBe(0);
    expect(troubles).toEqual([]);
  });

  it('completes fields and values, and asks the whole log', async () => {
    await page.selectOption('select', 'activity');
    await page.fill('#where', 'ka.user.n');
    await page.getByRole('button', { name: /^ka\.user\.name/ }).click();
    expect(await page.inputValue('#where')).toBe('ka.user.name ');
    await page.locator('#where').press('End');
    await page.locator('#where').pressSequentially('= user-12');
    await page.getByRole('button', { name: 'user-12', exact: true }).waitFor();
    await page.fill('#where', 'ka.user.name = user-12');
    await page.locator('#where').press('Enter');
    await says('1 of 1 rows');
    expect(await page.locator('tbody tr').innerText()).toContain('user-12');
  });

  it('tells what is wrong with a condition', async () => {
    await page.fill('#where', 'ka.nope = 1');
    await page.locator('#where').press('Enter');
    const alert = page.locator('[role=alert]');
    await alert.waitFor();
    expect(await alert.innerText()).toContain('ka.nope');
    await page.selectOption('select', 'findings');
    await page.getByRole('button', { name: 'Follow' }).click();
    await page.locator('[role=alert]', { hasText: 'ka.nope' }).waitFor();
    await page.locator('[aria-pressed=false]').waitFor();
    troubles.length = 0;
  });

  it('follows the log', async () => {
    await page.selectOption('select', 'findings');
    await page.fill('#where', 'ka.user.name startswith late');
    await page.getByRole('button', { name: 'Follow' }).click();
    await says('following: 0 findings');
    appendFileSync(LOG, event(500, 'late-one') + event(501, 'early') + event(502, 'late-two'));
    await says('following: 2 findings');
    expect(await page.locator('tbody tr').first().innerText()).toContain('late-two');
    await page.getByRole('button', { name: 'Follow' }).click();
    await says('followed: 2 findings');
    expect(await page.getAttribute('button[aria-pressed]', 'aria-pressed')).toBe('false');
    expect(troubles).toEqual([]);
  });

  it('shows what is said beside the rows', async () => {
    await page.fill('#where', 'ka.user.name = nobody');
    await page.locator('#where').press('Enter');
    await says('0 of 0 rows');
    await page.getByText('Notes').click();
    const notes = await page.locator('details pre').innerText();
    expect(notes).toContain('read from 1 input');
    expect(notes).toContain('left out by --where');
  });

  it('has a case file beside it', async () => {
    const [file] = await Promise.all([
      page.context().waitForEvent('page'),
      page.getByRole('link', { name: 'Case file' }).click(),
    ]);
    await file.locator('#app main').waitFor();
    // 130 at first, and three that came.
    await file.locator('.count', { hasNotText: 'reading' }).waitFor();
    expect(await file.locator('.count').innerText()).toBe('133 of 133 events');
    await file.close();
  });

  it.each(['light', 'dark'] as const)('shuts nobody out (%s)', async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    await page.selectOption('select', 'findings');
    await page.fill('#where', '');
    await page.locator('#where').press('Enter');
    await says('100 of');
    const own = await browser.newContext({ bypassCSP: true, colorScheme });
    await own.addCookies(await page.context().cookies());
    const copy = await own.newPage();
    await copy.goto(page.url());
    await copy.locator('tbody tr').first().waitFor();
    expect(await axeFinds(copy, colorScheme)).toEqual([]);
    await own.close();
  });
});

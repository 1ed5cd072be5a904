// Makes the pictures of docs/report.md: an HTML report of the samples in Chromium. Needs a build, and Chromium at
// /usr/bin/chromium or where CHROMIUM says: node .github/scripts/pictures.mjs
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SIZE = { width: 1160, height: 600 };
const PICTURES = [
  ['incident', 'light', 'view=incidents', '.choice'],
  ['finding', 'dark', 'severity=high', '.row'],
  ['object', 'light', 'view=objects&item=kube-system/configmaps/aws-auth', undefined],
];

const folder = mkdtempSync(join(tmpdir(), 'k8s-audit-pictures-'));
const report = join(folder, 'report.html');
execFileSync(process.execPath, ['bin/k8s-audit.js', 'scan', 'samples', '-q', '-o', report], {
  cwd: ROOT,
});
const to = join(ROOT, 'docs/pictures');
mkdirSync(to, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-lcd-text', '--font-render-hinting=none'],
});
for (const [name, colorScheme, hash, first] of PICTURES) {
  const page = await browser.newPage({ viewport: SIZE, colorScheme });
  await page.goto(`${pathToFileURL(report).href}#${hash}`);
  if (first !== undefined) await page.locator(first).first().click();
  await page.locator('.detail h2').waitFor();
  await page.locator('.count', { hasNotText: 'reading' }).waitFor();
  await page.mouse.move(0, 0);
  await page.screenshot({ path: join(to, `report-${name}.jpg`), type: 'jpeg', quality: 64 });
  await page.close();
}
await browser.close();
rmSync(folder, { recursive: true });

// Makes the pictures of docs/report.md and docs/ui.md: an HTML report of the samples, and the page of `ui`, in Chromium.
// Needs a build, and Chromium at /usr/bin/chromium or where CHROMIUM says: node .github/scripts/pictures.mjs
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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
/** Serves the samples, and opens the page. In a folder of its own, where `ui` finds no other configuration. */
async function openUi() {
  const paths = [join(ROOT, 'samples')];
  const server = spawn(process.execPath, [join(ROOT, 'bin/k8s-audit.js'), 'ui', ...paths], {
    cwd: folder,
  });
  const [address] = await once(server.stdout, 'data');
  const page = await browser.newPage({ viewport: SIZE, colorScheme: 'light' });
  await page.goto(String(address).trim());
  return { page, server };
}

const { page, server } = await openUi();
const answer = (text) => page.locator('[role=status]', { hasText: text }).waitFor();
await answer(/^100 of/);
await page.selectOption('label:has-text("Severity") select', 'high');
await page.fill('#where', 'ka.user.name = mallory@example.com');
await page.locator('#where').press('Enter');
await answer(/^\d\d? of/);
await page.locator('#where').pressSequentially(' and ka.target.namespace = ');
await page.locator('.condition li').first().waitFor();
await page.screenshot({ path: join(to, 'ui.jpg'), type: 'jpeg', quality: 64 });
await page.getByRole('button', { name: 'Policies' }).click();
await page.locator('.switches b').first().waitFor();
await page.getByRole('switch', { name: 'Create Privileged Pod' }).click();
await page.locator('.effect', { hasText: 'fewer' }).waitFor();
await page.getByRole('button', { name: 'Show what would be written' }).click();
await page.locator('.patch').waitFor();
await page.evaluate('document.activeElement.blur()');
await page.screenshot({ path: join(to, 'ui-policies.jpg'), type: 'jpeg', quality: 64 });
server.kill('SIGINT');

const RULES = `- rule: Shell in Shop
  desc: Somebody ran a command in a pod of the shop.
  condition: ka.target.subresource = exec and ka.target.namespace = shop and ka.user.name != ci-bot
  output: Command in the shop (user=%ka.user.name pod=%ka.target.name)
  priority: WARNING
  source: k8s_audit
`;
const TESTS = `files: [my-rules.yaml]
events:
  exec:
    {kind: Event, auditID: a, stage: ResponseComplete, verb: create, user: {username: jane@example.com},
     objectRef: {resource: pods, subresource: exec, namespace: shop, name: web}}
tests:
  - rule: Shell in Shop
    fires: [exec]
    silent:
      - {base: exec, why: the build bot, set: {user.username: ci-bot}}
      - {base: exec, why: the backup, set: {user.username: backup}}
`;
writeFileSync(join(folder, 'k8s-audit.yaml'), 'rules: my-rules.yaml\n');
writeFileSync(join(folder, 'my-rules.yaml'), RULES);
writeFileSync(join(folder, 'my-rules.tests.yaml'), TESTS);
const second = await openUi();
await second.page.setViewportSize({ width: 1160, height: 960 });
await second.page.getByRole('button', { name: 'Editor' }).click();
const area = second.page.getByRole('textbox', { name: 'Rules' });
await area.fill(RULES.replace('!= ci-bot', '= ci-bot'));
await second.page.locator('.tests', { hasText: 'failed' }).waitFor();
await second.page.locator('#checked li').first().waitFor();
await second.page.locator('.effect', { hasText: 'before' }).waitFor();
await second.page.evaluate('document.activeElement.blur()');
await second.page.screenshot({ path: join(to, 'ui-editor.jpg'), type: 'jpeg', quality: 64 });
second.server.kill('SIGINT');
await browser.close();
rmSync(folder, { recursive: true });

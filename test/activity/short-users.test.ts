import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventLine, folder } from '../cli/events.ts';
import { runCli, type CliResult } from '../cli/run-cli.ts';

const DUMP = 'samples/secret-dump.log';
const LONG = 'system:serviceaccount:shop:web';

function run(columns: number, ...args: readonly string[]): Promise<CliResult> {
  return runCli({ args, tty: true, columns, env: { NO_COLOR: '1', CI: '1' } });
}

describe('users in short', () => {
  it.each([80, 120])('stand in rows of %i columns with their addresses', async (columns) => {
    const { stdout } = await run(columns, 'activity', DUMP);
    expect(stdout).toContain('sa shop/web');
    expect(stdout).toContain('10.4.1.37');
    expect(stdout).not.toContain(LONG.slice(0, 20));
  });

  it('are written whole for programs and in reports', async () => {
    for (const format of ['json', 'csv', 'markdown']) {
      const { stdout } = await run(80, 'activity', DUMP, '-f', format);
      expect(stdout.replaceAll('\\', '')).toContain(LONG);
      expect(stdout).not.toContain('sa shop/web');
    }
  });

  it('are taken by --user, with wildcards too', async () => {
    const rows = async (user: string): Promise<number> => {
      const { stdout } = await run(80, 'activity', DUMP, '--user', user, '-f', 'ndjson');
      return stdout.split('\n').length - 1;
    };
    expect(await rows(LONG)).toBe(5);
    expect(await rows('sa shop/web')).toBe(5);
    expect(await rows('sa shop/*')).toBe(5);
    expect(await rows('sa other/web')).toBe(0);
  });

  it('of AWS name an identity, and tell --user whom they mean', async () => {
    const arn =
      'arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/jane@example.com';
    const log = join(
      folder({
        'a.log': `${[arn, 'system:serviceaccount:shop:web', 'bob', '']
          .map((username, i) => eventLine({ auditID: `id-${i}`, user: { username } }))
          .join('\n')}\n`,
      }),
      'a.log',
    );
    const one = await run(80, 'activity', 'identity', 'Admin/jane@example.com', log);
    expect(one.stdout).toMatch(/^arn:aws:sts.*\n.*jane@example\.com\nRequests {4}1: /s);
    expect((await run(80, 'activity', 'identity', 'shop/web', log)).stdout).toMatch(
      /^system:serviceaccount:shop:web\nRequests {4}1: /,
    );
    const scan = await run(200, 'activity', log, '--user', 'Admin/jane@example.com');
    expect(scan.stderr).toContain(`left nothing of 4 events; the log has ${arn}`);
    const none = await run(200, 'activity', 'identity', 'zzzzzz', log);
    expect(none.stderr).toMatch(/most requests are of .*nobody named/);
  });

  it('are taken as the name of an identity', async () => {
    const short = await run(80, 'activity', 'identity', 'sa shop/web', DUMP);
    expect(short.stdout).toBe((await run(80, 'activity', 'identity', LONG, DUMP)).stdout);
    expect(short.stdout).toMatch(new RegExp(`^${LONG}\n`));
  });
});

describe('show', () => {
  it('has the worst rule first', async () => {
    const { stdout } = await run(80, 'show', 'aecb9e68', 'samples/anonymous-access.log');
    const places = ['\nRights Granted to Everyone\n', '\nPowerful Role Bound\n'].map((rule) =>
      stdout.indexOf(rule),
    );
    expect(places[0]).toBeGreaterThan(0);
    expect(places[1]).toBeGreaterThan(places[0]!);
  });
});

import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { eventLine, folder, ruleText } from './events.ts';
import { startCli } from './run-cli.ts';

const LIMIT_KB = 250_000;
const BLOCK_EVENTS = 2000;
const TOTAL_BYTES = 200e6;

/** Events of different sizes, with bodies; one in a thousand is a delete. */
function sampleBlock(): Buffer {
  const lines = Array.from({ length: BLOCK_EVENTS }, (_, i) =>
    eventLine({
      auditID: `block-${i}`,
      verb: i % 1000 === 0 ? 'delete' : 'update',
      level: 'RequestResponse',
      requestObject: {
        kind: 'Pod',
        metadata: { name: `web-${i}`, labels: { app: 'web', note: 'x'.repeat((i * 37) % 800) } },
        spec: { containers: [{ name: 'app', image: 'registry.example.com/app:1', env: [] }] },
      },
    }),
  );
  return Buffer.from(`${lines.join('\n')}\n`);
}

// VmHWM is the most memory the process ever had; only Linux tells it.
test.skipIf(!existsSync('/proc/self/status'))(
  'a log of 200 MB from a pipe is scanned in bounded memory, and every event counted',
  async () => {
    const dir = folder({ 'rules.yaml': ruleText('Deleted', 'ka.verb = delete') });
    const block = sampleBlock();
    const blocks = Math.ceil(TOTAL_BYTES / block.length);
    const rules = ['--no-default-rules', '-r', join(dir, 'rules.yaml'), '--rule', 'Deleted'];
    const run = startCli(['scan', '-f', 'json', ...rules]);
    const stdin = run.child.stdin!;
    for (let i = 0; i < blocks; i++) {
      if (!stdin.write(block)) await once(stdin, 'drain');
    }
    // All but the last of the pipe has been read: the process still lives.
    const status = readFileSync(`/proc/${run.child.pid}/status`, 'utf8');
    const peak = Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]);
    stdin.end();
    const { stdout, code } = await run.done;
    const { summary } = JSON.parse(stdout);
    expect(summary.events).toBe(blocks * BLOCK_EVENTS);
    expect(summary.findings).toBe((blocks * BLOCK_EVENTS) / 1000);
    expect(summary.bytes).toBe(blocks * block.length);
    expect(code).toBe(0);
    expect(peak).toBeGreaterThan(30_000);
    expect(peak).toBeLessThan(LIMIT_KB);
  },
);

import { cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { COLORS, loadPaint } from '../../src/outputs/table/paint.ts';
import { SEVERITIES } from '../../src/policies/severity.ts';
import { PRIORITIES } from '../../src/rules/priority.ts';
import { runCli, type CliResult } from '../cli/run-cli.ts';

type Rgb = readonly [number, number, number];

/** White, black, and the backgrounds of themes that are much used. */
const BACKGROUNDS: readonly Rgb[] = [
  [255, 255, 255],
  [0, 0, 0],
  [30, 30, 30],
  [253, 246, 227],
  [0, 43, 54],
];
const LEVELS = [0, 95, 135, 175, 215, 255];

/** A colour of the palette of 256, from 16 on. */
function rgb(index: number): Rgb {
  if (index >= 232) {
    const gray = 8 + 10 * (index - 232);
    return [gray, gray, gray];
  }
  const place = index - 16;
  return [LEVELS[Math.floor(place / 36)]!, LEVELS[Math.floor(place / 6) % 6]!, LEVELS[place % 6]!];
}

/** Relative luminance, WCAG 2. */
function luminance(color: Rgb): number {
  const [r, g, b] = color.map((value) => {
    const share = value / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

function contrast(a: Rgb, b: Rgb): number {
  const [dark, light] = [luminance(a), luminance(b)].toSorted((x, y) => x - y);
  return (light! + 0.05) / (dark! + 0.05);
}

/** The parameters of all SGR sequences in a text. */
function styles(text: string): string[] {
  // oxlint-disable-next-line no-control-regex -- that is what is looked for
  return [...text.matchAll(/\u001b\[([\d;]*)m/g)].map(([, style]) => style!);
}

/** Bold, the end of a style, colours of {@link COLORS}, and white on red. */
const KNOWN = new Set([
  '1',
  '22',
  '39',
  '49',
  '37',
  '41',
  ...Object.values(COLORS).map((index) => `38;5;${index}`),
]);

describe('colours', () => {
  it.each(Object.entries(COLORS))('%s is readable on light and dark', (_, index) => {
    for (const background of BACKGROUNDS) {
      expect(contrast(rgb(index), background)).toBeGreaterThanOrEqual(3.45);
    }
  });

  it('are all that is used for text; white stands on red only', async () => {
    const paint = await loadPaint(true);
    const painted = [
      ...PRIORITIES.map((priority) => paint.priority(priority, 'x')),
      ...SEVERITIES.map((severity) => paint.severity(severity, 'x')),
      ...[paint.evidence, paint.heading, paint.dim, paint.warning].map((each) => each('x')),
    ];
    const white = painted.filter((text) => text.includes('[37m'));
    expect(white.filter((text) => !text.includes('[41m'))).toEqual([]);
    expect(painted.flatMap(styles).filter((style) => !KNOWN.has(style))).toEqual([]);
  });

  it.each([
    [['scan', 'samples/', '--limit', '0', '--explain']],
    [['scan', 'samples/', '--group-by', 'rule']],
    [['activity', 'samples/secret-dump.log']],
    [['activity', 'identity', 'mallory@example.com', 'samples/exec-session.log']],
    [['activity', 'object', 'kube-system/configmap/aws-auth', 'samples/aws-auth.log']],
    [['show', '57ad057d', 'samples/aws-auth.log']],
    [['doctor', 'samples/metadata-only.log']],
    [['rules', 'list']],
    [['setup', 'eks']],
  ])('of %j are these, and nothing is faint', async (args) => {
    const { stdout, stderr } = await runCli({ args: [...args, '--color', 'always'], tty: true });
    const used = new Set(styles(stdout + stderr));
    expect(used.size).toBeGreaterThan(1);
    expect([...used].filter((style) => !KNOWN.has(style))).toEqual([]);
  });

  it('change nothing of what stands where, with short paths and with long ones', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'colours-'));
    const log = join(folder, 'a-folder-of-a-long-name', 'audit.log');
    cpSync('samples/stolen-identity.log', log);
    const commands = [
      ['scan', log],
      ['scan', 'samples/stolen-identity.log', '--explain'],
      ['incidents', log],
      ['activity', log],
      ['activity', 'identity', 'mallory@example.com', log],
      ['show', '88736737', log],
      ['rules', 'list'],
    ];
    for (const args of commands) {
      for (const columns of [50, 80]) {
        const at = { tty: true, columns };
        const [plain, painted] = await Promise.all(
          ['never', 'always'].map((color) => runCli({ args: [...args, '--color', color], ...at })),
        );
        const text = ({ stdout, stderr }: CliResult): string =>
          stripVTControlCharacters(stdout + stderr).replace(/^Took .*$/m, '');
        expect(`${args[0]} at ${columns}\n${text(painted!)}`).toBe(
          `${args[0]} at ${columns}\n${text(plain!)}`,
        );
        expect(painted!.stdout).toContain('\u001b[');
      }
    }
  });
});

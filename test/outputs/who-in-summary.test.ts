import { expect, it } from 'vitest';
import { Digest } from '../../src/outputs/card/digest.ts';
import { renderSummary } from '../../src/outputs/render-summary.ts';
import { finding, summary } from './findings.ts';

const by = (user: string) => finding({ subject: { ...finding().subject, user } });

/** The line of the only rule. */
async function ruleLine(users: readonly string[], width: number): Promise<string> {
  const digest = new Digest();
  for (const user of users) digest.add(by(user));
  const text = await renderSummary(summary(), digest, { color: false, width });
  return text.split('\n').find((line) => line.includes('Attach/Exec Pod'))!;
}

it.each([
  [80, ['carol', 'carol', 'dave'], 'Attach/Exec Pod  carol (2) and 1 more'],
  [50, ['carol', 'carol', 'dave'], 'Attach/Exec Pod  carol (2) and 1 more'],
  [49, ['carol', 'carol', 'dave'], 'Attach/Exec Pod  carol +1'],
  [40, ['carol', 'carol', 'dave'], 'Attach/Exec Pod  carol +1'],
  [40, ['carol'], 'Attach/Exec Pod  carol'],
  [40, ['carol@example.com'], 'Attach/Exec Pod'],
  [80, Array.from({ length: 100 }, (_, i) => `u${i}`), 'u0 (1) and 99 more'],
  [80, Array.from({ length: 101 }, (_, i) => `u${i}`), 'u0 (1) and 99+ more'],
])('at %i columns a rule shows who set it off where the name fits', async (width, users, end) => {
  const line = await ruleLine(users, width);
  expect(line.trimEnd().slice(-end.length)).toBe(end);
});

it('says so where there were more users than are told apart', async () => {
  const digest = new Digest();
  for (let i = 0; i <= 10_000; i++) digest.add(by(`u${i}`));
  const text = await renderSummary(summary(), digest, { color: false, width: 100 });
  expect(text).toContain('and 9,995+ more');
});

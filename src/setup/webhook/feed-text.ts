import type { Sections } from '../../outputs/table/sections.ts';
import type { Platform, Step } from '../platforms/platform.ts';
import type { Feed } from './platform-feed.ts';
import { serveSteps } from './serve-steps.ts';
import type { WebhookSettings } from './webhook-settings.ts';

const COMMON = 'Start serve, once for each cluster';
const LIMITS = 'What does not come this way, and what to watch out for';

/** How a platform feeds `serve`, for people. */
export function feedText(
  platform: Platform,
  { way, steps, limits, unverified }: Feed,
  settings: WebhookSettings,
  out: Sections,
): void {
  out.title(platform.title);
  out.field('Way', way);
  out.blank();
  out.title(COMMON);
  stepsText(serveSteps(settings), out);
  out.blank();
  out.title('Send it the events');
  stepsText(steps, out);
  out.blank();
  out.title(LIMITS);
  out.rows(
    limits.map((limit) => ['-', limit]),
    2,
  );
  out.blank();
  out.field('Unverified', unverified?.join('; ') ?? '');
}

function stepsText(steps: readonly Step[], out: Sections): void {
  for (const [index, { text, code }] of steps.entries()) {
    out.rows([[`${index + 1}.`, text]], 2);
    if (code !== undefined) out.verbatim(code, 7);
  }
}

/** The same as Markdown. */
export function feedMarkdown(
  platform: Platform,
  { way, steps, limits, unverified }: Feed,
  settings: WebhookSettings,
): string {
  return [
    `## ${platform.title}`,
    '',
    `Way: ${way}.`,
    '',
    `${COMMON}:`,
    '',
    ...stepsMarkdown(serveSteps(settings)),
    'Send it the events:',
    '',
    ...stepsMarkdown(steps),
    ...limits.map((limit) => `- ${limit}`),
    ...(unverified ?? []).map((text) => `- unverified: ${text}`),
    '',
  ].join('\n');
}

function stepsMarkdown(steps: readonly Step[]): string[] {
  return steps.flatMap(({ text, code }, index) => [
    `${index + 1}. ${text}`,
    '',
    ...(code === undefined ? [] : ['   ```', ...code.map((line) => `   ${line}`), '   ```', '']),
  ]);
}

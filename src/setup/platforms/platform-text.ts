import type { Sections } from '../../outputs/table/sections.ts';
import type { Platform } from './platform.ts';

/** How audit logging is switched on somewhere, for people. */
export function platformText(platform: Platform, out: Sections): void {
  out.title(platform.title);
  out.field('By default', platform.initially);
  out.field('Policy', POLICY[platform.policy]);
  out.blank();
  out.title('Switch it on');
  for (const [index, { text, code }] of platform.steps.entries()) {
    out.rows([[`${index + 1}.`, text]], 2);
    if (code !== undefined) out.verbatim(code, 7);
  }
  out.blank();
  out.title('The log');
  out.rows([[platform.log]], 2);
  out.blank();
  out.title('Read it');
  out.verbatim(platform.feed, 2);
  out.blank();
  out.title('What it cannot show, and what to watch out for');
  out.rows(
    platform.limits.map((limit) => ['-', limit]),
    2,
  );
  out.blank();
  out.field('Checked', platform.checked);
  out.field('Unverified', platform.unverified?.join('; ') ?? '');
}

const POLICY: Readonly<Record<Platform['policy'], string>> = {
  own: 'a file of your own: k8s-audit setup audit-policy prints one',
  profiles: 'a choice of profiles',
  fixed: 'fixed by the platform: k8s-audit doctor tells which rules its log can serve',
};

/** The same as Markdown. */
export function platformMarkdown(platform: Platform): string {
  const lines = [
    `## ${platform.title}`,
    '',
    `\`k8s-audit setup ${platform.id}\` — by default: ${platform.initially}. Policy: ${POLICY[platform.policy]}.`,
    '',
  ];
  for (const [index, { text, code }] of platform.steps.entries()) {
    lines.push(`${index + 1}. ${text}`);
    if (code !== undefined)
      lines.push('', '   ```', ...code.map((line) => `   ${line}`), '   ```', '');
  }
  lines.push('', `The log: ${platform.log}.`, '', '```', ...platform.feed, '```', '');
  lines.push(...platform.limits.map((limit) => `- ${limit}`), '');
  const doubt =
    platform.unverified === undefined ? '' : ` Unverified: ${platform.unverified.join('; ')}.`;
  lines.push(`Checked ${platform.checked}.${doubt}`, '');
  return lines.join('\n');
}

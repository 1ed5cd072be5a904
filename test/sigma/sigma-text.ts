/** A Sigma rule with a detection and further lines. */
export function sigmaRule(detection: string, ...more: readonly string[]): string {
  const indented = detection.replaceAll(/^/gm, '  ');
  const head = more.some((line) => line.startsWith('title:')) ? [] : ['title: R'];
  return [
    ...head,
    'logsource: {product: kubernetes, service: audit}',
    ...more,
    'detection:',
    `${indented}\n`,
  ].join('\n');
}

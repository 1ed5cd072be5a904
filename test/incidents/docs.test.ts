import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LINKS, type Link } from '../../src/incidents/links.ts';
import { ROOT } from '../cli/run-cli.ts';

const APART: Readonly<Record<Link['time'], string>> = {
  pause: '`--within`, 1 h',
  short: '15 min, or `--within` when shorter',
  day: '1 d, or `--within` when longer',
  any: 'any time',
};

test('the document has the table of links', () => {
  const rows = Object.entries<Link>(LINKS).map(
    ([name, { joins, time, strength }]) =>
      `| \`${name}\` | ${joins} | ${APART[time]} | ${strength} |`,
  );
  const page = readFileSync(join(ROOT, 'docs/incidents.md'), 'utf8');
  const found = page.split('\n').filter((line) => / \| [1-5] \|$/.test(line));
  expect(found).toEqual(rows);
});

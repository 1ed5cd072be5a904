import { createHash } from 'node:crypto';
import { escapeHtml } from '../encode/escape.ts';
import type { PageCode } from '../writer.ts';

const STYLE = `
:root{color-scheme:light dark;--bg:#fff;--fg:#1b1f24;--dim:#5b6470;--line:#d5dae0;--card:#f5f7f9;--link:#0b5cad;
--high:#b3261e;--medium:#8a5a00;--low:#0e7490;--info:#3c7a3f;--p0:#8f0f3c;--p1:#a3123f;--p2:#b3261e;--p3:#b93c14;--p4:#8a5a00;--p5:#0e7490;--p6:#3c7a3f;--p7:#6b7280}
@media(prefers-color-scheme:dark){:root{--bg:#14171b;--fg:#e4e8ec;--dim:#9aa4af;--line:#343b43;--card:#1c2126;--link:#7ab8ff;
--high:#ff8078;--medium:#f2bc4b;--low:#5cc8e0;--info:#86d08a;--p0:#ff6f9f;--p1:#ff7a90;--p2:#ff8078;--p3:#ff9b70;--p4:#f2bc4b;--p5:#5cc8e0;--p6:#86d08a;--p7:#a3adb8}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--fg);font:15px/1.45 system-ui,sans-serif}
main{max-width:1400px;margin:0 auto;padding:1.5rem}
h1{font-size:1.5rem;margin:0 0 .5rem}h2{font-size:1.1rem;margin:1.75rem 0 .5rem}
.partial{color:var(--p2);font-weight:600}
.chips{display:flex;flex-wrap:wrap;gap:.5rem;list-style:none;padding:0;margin:0}
.chips li{border:1px solid var(--line);border-left:.35rem solid currentColor;border-radius:.3rem;padding:.25rem .7rem;background:var(--card)}
.s-high{color:var(--high)}.s-medium{color:var(--medium)}.s-low{color:var(--low)}.s-info{color:var(--info)}
.p0{color:var(--p0)}.p1{color:var(--p1)}.p2{color:var(--p2)}.p3{color:var(--p3)}.p4{color:var(--p4)}.p5{color:var(--p5)}.p6{color:var(--p6)}.p7{color:var(--p7)}
rect{fill:currentColor}figure{margin:0}
svg{display:block;width:100%;height:120px;background:var(--card);border-bottom:1px solid var(--line)}
figcaption{display:flex;justify-content:space-between;flex-wrap:wrap;gap:0 1rem;color:var(--dim);font-size:.85rem;padding-top:.25rem}
.tops{display:grid;grid-template-columns:repeat(auto-fit,minmax(20rem,1fr));gap:0 2rem;align-items:start}
.tops>div{min-width:0;max-height:28rem;overflow:auto}.tops tbody{font-size:.92rem}
table{border-collapse:collapse;width:100%}th{text-align:left;color:var(--dim);font-weight:500;font-size:.85rem}
th,td{padding:.2rem .6rem .2rem 0;border-bottom:1px solid var(--line);vertical-align:top}
td:first-child,th:first-child{text-align:right;font-variant-numeric:tabular-nums;width:5rem}td:nth-child(2){width:7rem;white-space:nowrap}
td:nth-child(3){overflow-wrap:anywhere}
summary:focus-visible{outline:2px solid var(--link);outline-offset:1px}
.more{color:var(--dim);font-size:.85rem}
.f{border-bottom:1px solid var(--line);content-visibility:auto;contain-intrinsic-size:auto 2.1rem}
summary{display:grid;grid-template-columns:4.5rem 10.5rem minmax(0,3fr) minmax(0,3fr) 6.5rem minmax(0,4fr) 8rem;gap:.1rem .8rem;padding:.35rem 0;cursor:pointer;list-style:none;align-items:baseline}
summary::-webkit-details-marker{display:none}summary:hover,.f[open]{background:var(--card)}
summary span{overflow-wrap:anywhere;display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:2;overflow:hidden}
time{color:var(--dim);font-variant-numeric:tabular-nums}.p{font-size:.85rem}.r{font-weight:600}.e{grid-column:3/7}.a{grid-column:7}.a,summary code,.r i{color:var(--dim)}.s-high.p{text-transform:uppercase;font-weight:700}
dl{display:grid;grid-template-columns:minmax(8rem,max-content) minmax(0,1fr);gap:.15rem 1rem;margin:0;padding:.3rem 0 1rem 1.5rem;font-size:.92rem}
dt{color:var(--dim);overflow-wrap:anywhere;max-width:18rem}dd{margin:0;overflow-wrap:anywhere;white-space:pre-wrap;font-family:ui-monospace,monospace}
footer{color:var(--dim);font-size:.85rem}
@media(max-width:60rem){summary{grid-template-columns:4.5rem 1fr;gap:.1rem .8rem}.e,.a{grid-column:2}summary>:not(.p):not(time){grid-column:2}}
#rules summary{display:block}
@media print{.f{content-visibility:visible}.tops>div{max-height:none;overflow:visible}}
`.replaceAll('\n', '');

function sha256(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/** What a page is called, and what it has beside the style of all. */
interface PageParts {
  readonly title?: string;
  /** Style of pages that show something else than findings. */
  readonly style?: string;
  /** The script that shows the data of the page, with its style. */
  readonly page?: PageCode | undefined;
}

/** Everything up to and including the opening body tag. Only our own style and script may run. */
export function htmlHead(
  version: string,
  { title = 'Kubernetes audit findings', style = '', page }: PageParts,
): string {
  const styles = [STYLE + style, ...(page === undefined ? [] : [page.style])];
  const policy = [
    "default-src 'none'",
    `style-src ${styles.map(sha256).join(' ')}`,
    `script-src ${page === undefined ? "'none'" : sha256(page.script)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return (
    '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">\n' +
    `<meta http-equiv="Content-Security-Policy" content="${policy}">\n` +
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n' +
    `<meta name="generator" content="k8s-audit ${escapeHtml(version)}">\n` +
    `<title>${escapeHtml(title)}</title>\n${styles.map((each) => `<style>${each}</style>`).join('')}</head>\n<body>\n`
  );
}

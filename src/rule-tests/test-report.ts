import { escapeXml, escapeXmlAttribute } from '../outputs/encode/escape.ts';
import type { TestResult } from './judge-test.ts';

/** The results of one test file. */
export interface FileResults {
  readonly file: string;
  readonly results: readonly TestResult[];
}

/** The failed tests with the reasons, then one line per file. */
export function testText(files: readonly FileResults[]): string {
  let text = '';
  for (const { file, results } of files) {
    for (const { name, place, wrong } of results) {
      if (wrong.length === 0) continue;
      text += `${place}: failed: ${name}\n${wrong.map((line) => `  ${line}\n`).join('')}`;
    }
    const failed = failures(results);
    text += `${file}: ${results.length - failed} passed${failed > 0 ? `, ${failed} failed` : ''}\n`;
  }
  return text;
}

/** The results of tests as the document of `-f json`. */
export function testJson(files: readonly FileResults[]): unknown {
  const all = files.flatMap(({ results }) => results);
  const failed = failures(all);
  return {
    tests: all.length,
    passed: all.length - failed,
    failed,
    files: files.map(({ file, results }) => ({
      file,
      tests: results.map(({ name, place, wrong }) => ({
        name,
        place,
        passed: wrong.length === 0,
        wrong,
      })),
    })),
  };
}

/** JUnit XML: a suite per file, a case per test. */
export function testJunit(files: readonly FileResults[]): string {
  let text = '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="k8s-audit rules test">\n';
  for (const { file, results } of files) {
    const name = escapeXmlAttribute(file);
    text +=
      `  <testsuite name="${name}" tests="${results.length}" ` +
      `failures="${failures(results)}" errors="0" skipped="0" time="0">\n`;
    for (const { name: test, wrong } of results) {
      const head = `    <testcase classname="${name}" name="${escapeXmlAttribute(test)}" time="0"`;
      text +=
        wrong.length === 0
          ? `${head}/>\n`
          : `${head}><failure message="${escapeXmlAttribute(wrong[0]!)}">` +
            `${escapeXml(wrong.join('\n'))}</failure></testcase>\n`;
    }
    text += '  </testsuite>\n';
  }
  return `${text}</testsuites>\n`;
}

/** How many tests failed. */
export function failures(results: readonly TestResult[]): number {
  return results.filter(({ wrong }) => wrong.length > 0).length;
}

import type { Finding } from '../../engine/finding.ts';
import type { ScanSummary } from '../../engine/summary.ts';
import { reaches, severityOf, severityRank, type Severity } from '../../policies/severity.ts';
import type { Priority } from '../../rules/priority.ts';
import { escapeXml, escapeXmlAttribute } from '../encode/escape.ts';
import { redactor } from '../../redact/redact.ts';
import { shownLine } from '../encode/shown-message.ts';
import { location } from '../subject.ts';
import { number, placeText, plural } from '../summary-text.ts';
import type { OutputContext, OutputWriter, Sink } from '../writer.ts';

/** Findings quoted per rule and input; all are counted. */
const MAX_QUOTED = 10;
const MAX_LINE = 500;

interface Case {
  readonly priority: Priority;
  /** The highest severity among the findings; policies in scope differ from finding to finding. */
  severity: Severity;
  count: number;
  readonly quoted: string[];
}

/** JUnit XML: a suite per input, a case per enabled rule, a failure at or above the gate. */
export function createJunitWriter(sink: Sink, context: OutputContext): OutputWriter {
  const suites = new Map<string, Map<string, Case>>();
  const redact = redactor(context.showSecrets);
  const enabled = context.rules.filter((rule) => rule.enabled);
  const fails = (entry: Case): boolean => reaches(entry, context.failOn ?? 'Debug');

  const finding = (one: Finding): void => {
    let suite = suites.get(one.origin.file);
    if (suite === undefined) suites.set(one.origin.file, (suite = new Map()));
    let entry = suite.get(one.rule);
    if (entry === undefined) {
      entry = { priority: one.priority, severity: 'info', count: 0, quoted: [] };
      suite.set(one.rule, entry);
    }
    const { severity = severityOf(one.priority) } = one;
    if (severityRank(severity) < severityRank(entry.severity)) entry.severity = severity;
    entry.count++;
    if (entry.quoted.length < MAX_QUOTED) {
      const line = `${redact(location(one.origin))} ${shownLine(one, redact)}`;
      entry.quoted.push(line.slice(0, MAX_LINE));
    }
  };

  const writeCase = (file: string, rule: string, found: Case | undefined): void => {
    const head = `    <testcase classname="${escapeXmlAttribute(redact(file))}" name="${escapeXmlAttribute(redact(rule))}" time="0"`;
    if (found === undefined) {
      sink.write(`${head}/>\n`);
      return;
    }
    const { count, priority, quoted } = found;
    const more = count > quoted.length ? `\nand ${number(count - quoted.length)} more` : '';
    const text = escapeXml(quoted.join('\n')) + more;
    const message = `${number(count)} ${plural(count, 'finding')} of priority ${priority}`;
    const body = fails(found)
      ? `<failure message="${message}" type="${priority}">${text}</failure>`
      : `<system-out>${message}, below the gate\n${text}</system-out>`;
    sink.write(`${head}>${body}</testcase>\n`);
  };

  const writeSuite = (file: string, summary: ScanSummary): void => {
    const found = suites.get(file) ?? new Map<string, Case>();
    const rules = new Set([...enabled.map(({ name }) => name), ...found.keys()]);
    const failures = [...found.values()].filter(fails).length;
    const name = escapeXmlAttribute(redact(file));
    sink.write(
      `  <testsuite name="${name}" tests="${rules.size}" failures="${failures}" errors="0" skipped="0" time="0">\n`,
    );
    for (const rule of rules) writeCase(file, rule, found.get(rule));
    const problems = summary.problems.filter(({ examples }) =>
      examples.some((e) => e.file === file),
    );
    if (problems.length > 0) {
      const lines = problems.map(({ text, examples }) => {
        const place = examples.find((example) => example.file === file)!;
        return `${placeText(place)}: ${text}`;
      });
      sink.write(`    <system-err>${escapeXml(redact(lines.join('\n')))}</system-err>\n`);
    }
    sink.write('  </testsuite>\n');
  };

  /** A run that is not done must not look like one in which every rule passed. */
  const writeFailure = (why: string): void => {
    const message = escapeXmlAttribute(redact(why));
    sink.write(
      '  <testsuite name="k8s-audit" tests="1" failures="0" errors="1" skipped="0" time="0">\n' +
        '    <testcase classname="k8s-audit" name="the input was read" time="0">' +
        `<error message="${message}" type="not-done"/></testcase>\n  </testsuite>\n`,
    );
  };

  return {
    finding,
    end: (summary) => {
      sink.write('<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="k8s-audit">\n');
      for (const file of new Set([...summary.inputs, ...suites.keys()])) writeSuite(file, summary);
      if (summary.failure !== undefined) writeFailure(summary.failure);
      sink.write('</testsuites>\n');
    },
  };
}

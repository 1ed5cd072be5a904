import { errorDiagnostic, RuleError } from '../rules/diagnostics.ts';
import type { YamlNode } from '../yaml/yaml-node.ts';

/** A remark about a policy, configuration or test file. */
export interface Issue {
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly hint: string | undefined;
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in characters. */
  readonly column: number;
  /** The line of the file and a line with a caret under the position. */
  readonly snippet: string;
}

/** Collects the issues of some files, in the order in which they are met. */
export class Issues {
  readonly list: Issue[] = [];

  error(node: YamlNode, message: string, hint?: string): void {
    this.#add('error', node, message, hint);
  }

  warning(node: YamlNode, message: string, hint?: string): void {
    this.#add('warning', node, message, hint);
  }

  get errors(): readonly Issue[] {
    return this.list.filter(({ severity }) => severity === 'error');
  }

  #add(
    severity: Issue['severity'],
    node: YamlNode,
    message: string,
    hint: string | undefined,
  ): void {
    const context = { position: { source: node.source, offset: node.start }, items: [] };
    const { file, line, column, snippet } = errorDiagnostic(
      new RuleError('LOAD_ERR_YAML_VALIDATE', message, context),
    );
    this.list.push({ severity, message, hint, file, line, column, snippet });
  }
}

/**
 * An issue as text for people:
 *
 *     k8s-audit.yaml:3:13: error: policy 'Team': no rule is called 'Creat Pod'
 *         - name: Creat Pod
 *                 ^
 *       hint: did you mean 'Create Pod'?
 */
export function formatIssue({ severity, message, hint, ...place }: Issue): string {
  const lines = [
    `${place.file}:${place.line}:${place.column}: ${severity}: ${message}`,
    ...place.snippet.split('\n').map((text) => `  ${text}`),
  ];
  if (hint !== undefined) lines.push(`  hint: ${hint}`);
  return lines.join('\n');
}

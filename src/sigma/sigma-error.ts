import type { YamlNode } from '../yaml/yaml-node.ts';

/** What is wrong with a Sigma rule, and where it is written. */
export class SigmaError extends Error {
  readonly node: YamlNode;
  readonly hint: string | undefined;

  constructor(message: string, node: YamlNode, hint?: string) {
    super(message);
    this.name = 'SigmaError';
    this.node = node;
    this.hint = hint;
  }
}

/** A field of other logs: collections hold rules for them whose `logsource` says audit logs of Kubernetes. */
export class ForeignFieldError extends SigmaError {}

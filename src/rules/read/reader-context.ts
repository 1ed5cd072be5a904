import type { SigmaReader } from '../../sigma/sigma.ts';
import type { YamlMapping, YamlNode } from '../../yaml/yaml-node.ts';
import type { WarningCode } from '../codes.ts';
import type { Collector } from '../collect/collector.ts';
import type { FieldProblem } from '../compile/exceptions.ts';
import type { DiagnosticContext } from '../diagnostics.ts';

/** The room sigma, which is loaded only when it is needed. */
export interface SigmaDocuments {
  is(document: YamlNode): document is YamlMapping;
  /** For the documents of one file. */
  newReader(): SigmaReader;
}

/** Where the readers of a rules file put definitions and warnings, and whom they ask about fields. */
export interface ReaderContext {
  readonly collector: Collector;
  warn(code: WarningCode, message: string, context: DiagnosticContext, hint?: string): void;
  /** Why an exception may not use this text as a field; undefined when it may. */
  checkField(text: string): FieldProblem | undefined;
  /** Reads documents of Sigma; undefined where no file has any. */
  readonly sigma: SigmaDocuments | undefined;
}

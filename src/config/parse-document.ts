import type { Issues } from '../policies/issue.ts';
import { parseYaml, YamlError } from '../yaml/yaml-parser.ts';
import type { YamlNode, YamlSource } from '../yaml/yaml-node.ts';

/** The only document of a YAML file; undefined for none, or with an error when it does not parse. */
export function parseDocument(source: YamlSource, issues: Issues): YamlNode | undefined {
  const documents = parseDocuments(source, issues);
  if (documents.length > 1) issues.error(documents[1]!, 'more than one YAML document');
  return documents[0];
}

/** The documents of a YAML file; none, with an error, when it does not parse. */
export function parseDocuments(source: YamlSource, issues: Issues): readonly YamlNode[] {
  try {
    return parseYaml(source);
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    const start = Math.min(error.position, source.text.length);
    const place = { kind: 'scalar', text: '', isNull: true, source, start, end: start } as const;
    issues.error({ ...place, style: 'plain' }, `this is no YAML: ${error.message}`);
    return [];
  }
}

import { ignoreCondition, ignoreLines, ignoreTerms } from '../../outputs/card/ignore-entry.ts';
import { quoteWords } from '../../util/quote-words.ts';
import { listOf, textOf, type CaseTable } from './case-table.ts';

/** The command that prints the request of a finding; undefined without a usable ID. */
export function showCommand(table: CaseTable, row: number): string | undefined {
  const id = textOf(table, 'id', row);
  if (!/^[\w-]+$/.test(id)) return undefined;
  return `k8s-audit show ${id} ${quoteWords([textOf(table, 'file', row)])}`;
}

/** The entry of `ignore:` that accepts findings like this one; undefined where the page has not all that it needs. */
export function ignoreText(table: CaseTable, row: number): string | undefined {
  const terms = termsOf(table, row);
  const lines = terms === undefined ? [] : ignoreLines(textOf(table, 'rule', row), terms);
  return lines.length === 0 ? undefined : lines.join('\n');
}

/** The condition of that entry. */
export function acceptedCondition(table: CaseTable, row: number): string | undefined {
  const terms = termsOf(table, row);
  return terms === undefined ? undefined : ignoreCondition(terms);
}

function termsOf(table: CaseTable, row: number): [string, string][] | undefined {
  if (textOf(table, 'ignorable', row) === '') return undefined;
  const subject = Object.fromEntries(
    (['user', 'namespace', 'resource', 'name'] as const).map((name) => [
      name,
      textOf(table, name, row),
    ]),
  ) as Record<'user' | 'namespace' | 'resource' | 'name', string>;
  return ignoreTerms(subject);
}

/** Fields of findings that hold a command line. */
const COMMANDS: ReadonlySet<string> = new Set(['kx.command.line', 'ka.uri.param[command]']);

/**
 * The kubectl command that makes such a request: what it was, not what to run. What the log does not say stands in
 * capitals.
 */
export function kubectlCommand(table: CaseTable, row: number): string | undefined {
  const text = (name: Parameters<typeof textOf>[1]): string => textOf(table, name, row);
  const resource = text('resource');
  const words = resource === '' ? undefined : requestWords(text, command(table, row));
  if (words === undefined) return undefined;
  const namespace = text('namespace');
  const as = text('as');
  const [first, ...rest] = words;
  return quoteWords([
    'kubectl',
    first!,
    ...(namespace === '' ? [] : ['-n', namespace]),
    ...(as === '' ? [] : ['--as', as]),
    ...rest,
  ]);
}

function command(table: CaseTable, row: number): readonly string[] {
  const fields = listOf(table, 'fields', row);
  const at = fields.findIndex((name, i) => i % 2 === 0 && COMMANDS.has(name));
  const line = fields[at + 1] ?? '';
  return at < 0 || line === '' || line === '<NA>' ? ['COMMAND'] : ['sh', '-c', line];
}

function requestWords(
  text: (name: 'resource' | 'subresource' | 'name' | 'verb') => string,
  commandWords: readonly string[],
): readonly string[] | undefined {
  const resource = text('resource');
  const subresource = text('subresource');
  const name = text('name') || 'NAME';
  const verb = text('verb');
  switch (`${resource}/${subresource}`) {
    case 'pods/exec':
      return ['exec', name, '--', ...commandWords];
    case 'pods/attach':
      return ['attach', name];
    case 'pods/portforward':
      return ['port-forward', name, 'PORT'];
    case 'pods/log':
      return ['logs', name];
    case 'pods/ephemeralcontainers':
      return ['debug', name, '--image', 'IMAGE'];
    case 'serviceaccounts/token':
      return ['create', 'token', name];
    default:
      break;
  }
  const options = subresource === '' ? [] : ['--subresource', subresource];
  const single = text('name') === '' ? [resource] : [resource, name];
  switch (verb) {
    case 'get':
    case 'list':
      return ['get', ...single, ...options];
    case 'watch':
      return ['get', ...single, '--watch', ...options];
    case 'delete':
      return ['delete', ...single];
    case 'deletecollection':
      return ['delete', resource, '--all'];
    case 'create':
      return ['create', '-f', 'FILE'];
    case 'update':
      return ['replace', '-f', 'FILE', ...options];
    case 'patch':
      return ['patch', ...single, '--patch-file', 'FILE', ...options];
    default:
      return undefined;
  }
}

import {
  shellQuote,
  type CompletedOption,
  type CompletionModel,
  type Values,
} from './completion-model.ts';

/** The completion function for zsh: a file `_k8s-audit` in a folder of $fpath. */
export function zshCompletion(model: CompletionModel): string {
  const lists = Object.entries(model.names).map(
    ([kind, names]) =>
      `_k8s_audit_${kind}() {\n  local -a names=(\n${names.map((name) => `    ${shellQuote(name)}`).join('\n')}\n  )\n  compadd -a names\n}`,
  );
  const cases = model.commands.map(({ name, options, argument }) => {
    const specs = [...options.map(optionSpec), `'*:${label(argument)}:${action(argument)}'`];
    return `    ${shellQuote(name)})\n      _arguments -s -S ${specs.join(' \\\n        ')}\n      ;;`;
  });
  const groupCases = model.groups.map(
    ({ word, inner }) =>
      `    ${shellQuote(word)})\n      words_found=(${inner.map(([name, text]) => pair(name, text)).join(' ')})\n      ;;`,
  );
  const inner = model.groups
    .flatMap(({ word, inner: known }) => known.map(([name]) => shellQuote(`${word} ${name}`)))
    .join('|');
  const first = model.words.map(([word, description]) => pair(word, description));
  const words = model.words.map(([word]) => shellQuote(word)).join('|');
  return `#compdef k8s-audit
${lists.join('\n\n')}

_k8s_audit_output() {
  if [[ $PREFIX == *=* ]]; then
    compset -P '*='
    _files
  else
    compadd -S '' -- ${outputWords(model).join(' ')}
    _files
  fi
}

_k8s-audit() {
  local command=scan shift_by=0
  local -a words_found
  if (( CURRENT == 2 )) && [[ \${words[2]} != -* ]]; then
    words_found=(${first.join(' ')})
    _describe command words_found
    _files
    return
  fi
  case \${words[2]} in
    ${words}) command=\${words[2]} shift_by=1 ;;
  esac
  case "\${words[2]} \${words[3]}" in
    ${inner}) (( CURRENT > 3 )) && command="\${words[2]} \${words[3]}" shift_by=2 ;;
  esac
  if (( CURRENT == 3 )) && [[ \${words[3]} != -* ]]; then
    case $command in
${groupCases.join('\n')}
    help) words_found=(${first.join(' ')}) ;;
    esac
    (( $#words_found )) && _describe command words_found
  fi
  if (( CURRENT == 4 )) && [[ $command == help ]]; then
    case \${words[3]} in
${groupCases.join('\n')}
    esac
    (( $#words_found )) && _describe command words_found
  fi
  (( shift_by > 0 )) && shift $shift_by words && (( CURRENT -= shift_by ))
  case $command in
${cases.join('\n')}
  esac
}

if [[ $funcstack[1] == _k8s-audit ]]; then
  _k8s-audit "$@"
else
  compdef _k8s-audit k8s-audit
fi
`;
}

/** `FORMAT=` of every format. */
function outputWords({ valued }: CompletionModel): readonly string[] {
  const all = valued.flatMap(({ values }) => values.map((set) => set.values));
  return all.flatMap((values) => (values.kind === 'output' ? values.words : []));
}

function pair(word: string, description: string): string {
  return shellQuote(`${word}:${description.replaceAll(':', String.raw`\:`)}`);
}

/** An option for _arguments: `(-f --format)'{-f,--format}'[description]:format:(a b)`. */
function optionSpec(option: CompletedOption): string {
  const { short, long, takesValue, repeatable, values, placeholder } = option;
  const text = option.description.replace(/[[\]:\\]/g, String.raw`\$&`);
  const value = takesValue ? `:${placeholder}:${action(values)}` : '';
  const rest = shellQuote(`[${text}]${value}`);
  if (short === undefined) return `${repeatable ? "'*'" : ''}${long}${rest}`;
  const head = repeatable ? "'*'" : `'(${short} ${long})'`;
  return `${head}{${short},${long}}${rest}`;
}

function label(values: Values): string {
  return values.kind === 'names' ? values.names : 'argument';
}

function action(values: Values): string {
  switch (values.kind) {
    case 'none':
      return ' ';
    case 'files':
      return '_files';
    case 'words':
      return `(${values.words.join(' ')})`;
    case 'output':
      return '_k8s_audit_output';
    case 'names':
      return `_k8s_audit_${values.names}`;
  }
}

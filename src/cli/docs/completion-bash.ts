import { shellQuote, type CompletionModel, type Values } from './completion-model.ts';

/** The completion script for bash, from version 3.2 on. */
export function bashCompletion(model: CompletionModel): string {
  const groups = model.groups.map(({ word }) => shellQuote(word)).join('|');
  const inner = model.groups
    .flatMap(({ word, inner: words }) => words.map(([name]) => shellQuote(`${word} ${name}`)))
    .join('|');
  const words = model.words.map(([word]) => word).join(' ');
  const valued = model.valued.map(({ short, long }) => pattern(short, long)).join('|');
  const lists = Object.entries(model.names).map(
    ([kind, names]) => `_k8s_audit_${kind}=${shellQuote(names.join('\n'))}`,
  );
  const options = model.commands.map(
    ({ name, options: known }) =>
      `      ${shellQuote(name)}) _k8s_audit_words ${shellQuote(known.map(({ long }) => long).join(' '))} ;;`,
  );
  // Most options have the same values for every command. The others are told by the command first.
  const values = model.valued.flatMap(({ short, long, values: sets }) =>
    sets.map(({ commands, values: known }) => {
      const names = sets.length === 1 ? ['*'] : commands.map(shellQuote);
      const patterns = names.flatMap((name) =>
        pattern(short, long)
          .split('|')
          .map((flag) => `${name}:${flag}`),
      );
      return `    ${patterns.join('|')}) ${complete(known)}; return ;;`;
    }),
  );
  const groupWords = model.groups.map(
    ({ word, inner: known, own }) =>
      `    ${shellQuote(word)}) ${own === undefined ? ':' : complete(own.argument)}; _k8s_audit_more ${shellQuote(known.map(([name]) => name).join(' '))} ;;`,
  );
  const helpWords = model.groups.map(
    ({ word, inner: known }) =>
      `        ${shellQuote(` ${word}`)}) _k8s_audit_words ${shellQuote(known.map(([name]) => name).join(' '))} ;;`,
  );
  const commandArguments = model.commands
    .filter(({ name }) => model.groups.every(({ word }) => word !== name))
    .map(({ name, argument }) => `    ${shellQuote(name)}) ${complete(argument)} ;;`);
  return `# bash completion for k8s-audit
${lists.join('\n')}

_k8s_audit_words() {
  COMPREPLY=($(compgen -W "$1" -- "$cur"))
}

_k8s_audit_more() {
  COMPREPLY+=($(compgen -W "$1" -- "$cur"))
}

_k8s_audit_files() {
  local name
  compopt -o filenames 2>/dev/null
  while IFS= read -r name; do
    [[ \${name##*/} == .* && \${cur##*/} != .* ]] || COMPREPLY+=("$name")
  done < <(compgen -f -- "$cur")
}

# FORMAT= or a file; bash splits the word at = so that what stands before it is a word of its own.
_k8s_audit_output() {
  if [[ $split ]]; then
    _k8s_audit_files
  else
    _k8s_audit_files
    _k8s_audit_more "$1"
    [[ \${#COMPREPLY[@]} -eq 1 && \${COMPREPLY[0]} == *= ]] && compopt -o nospace 2>/dev/null
  fi
}

# Names, one a line, that may hold blanks: quoted as the word has been begun.
_k8s_audit_names() {
  local quote= plain=$cur name
  case $cur in
    [\\'\\"]*) quote=\${cur:0:1} plain=\${cur:1} ;;
    *) plain=\${cur//\\\\/} ;;
  esac
  while IFS= read -r name; do
    [[ $name == "$plain"* ]] || continue
    if [[ $quote ]]; then COMPREPLY+=("$name"); else COMPREPLY+=("$(printf %q "$name")"); fi
  done <<<"$1"
}

_k8s_audit() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} split= command= topic= skip= word i
  COMPREPLY=()
  if [[ $cur == = ]]; then
    cur= split=1
  elif [[ $prev == = ]]; then
    split=1 prev=\${COMP_WORDS[COMP_CWORD - 2]}
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [[ $word == = ]]; then
      skip=1
    elif [[ $skip ]]; then
      skip=
    else
      case $word in
        ${valued}) skip=1 ;;
        -*) ;;
        *)
          case $command in
            '')
              case $word in
                ${model.words.map(([name]) => shellQuote(name)).join('|')}) command=$word ;;
                *) command=scan ;;
              esac
              ;;
            ${groups})
              case "$command $word" in
                ${inner}) command="$command $word" ;;
              esac
              ;;
            help) topic="$topic $word" ;;
          esac
          ;;
      esac
    fi
  done
  # FORMAT=FILE: the word before = is no option but the value's first part.
  if [[ $split && $prev != -* ]]; then
    _k8s_audit_files
    return
  fi
  case \${command:-scan}:$prev in
${values.join('\n')}
  esac
  if [[ $cur == -* ]]; then
    case \${command:-scan} in
${options.join('\n')}
    esac
    return
  fi
  case $command in
    '')
      _k8s_audit_files
      _k8s_audit_more ${shellQuote(words)}
      ;;
${groupWords.join('\n')}
    help)
      case $topic in
        '') _k8s_audit_words ${shellQuote(words)} ;;
${helpWords.join('\n')}
      esac
      ;;
${commandArguments.join('\n')}
  esac
}

complete -F _k8s_audit k8s-audit
`;
}

function pattern(short: string | undefined, long: string): string {
  return short === undefined ? long : `${short}|${long}`;
}

/** The command that fills in a value. */
function complete(values: Values): string {
  switch (values.kind) {
    case 'none':
      return ':';
    case 'files':
      return '_k8s_audit_files';
    case 'words':
      return `_k8s_audit_words ${shellQuote(values.words.join(' '))}`;
    case 'output':
      return `_k8s_audit_output ${shellQuote(values.words.join(' '))}`;
    case 'names':
      return `_k8s_audit_names "$_k8s_audit_${values.names}"`;
  }
}

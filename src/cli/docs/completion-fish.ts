import type { CompletionModel, Values } from './completion-model.ts';

/** The completion script for fish. */
export function fishCompletion(model: CompletionModel): string {
  const lines: string[] = [];
  const add = (condition: string, rest: string): void => {
    lines.push(`complete -c k8s-audit -n ${fishQuote(condition)} ${rest}`);
  };
  for (const [word, description] of model.words) {
    add('__k8s_audit_first', `-a ${fishQuote(word)} -d ${fishQuote(description)}`);
    add('__k8s_audit_group help', `-a ${fishQuote(word)} -d ${fishQuote(description)}`);
  }
  add('__k8s_audit_help', '-f');
  for (const { word, inner } of model.groups) {
    for (const [name, description] of inner) {
      add(`__k8s_audit_help ${word}`, `-a ${fishQuote(name)} -d ${fishQuote(description)}`);
    }
  }
  for (const { name, description, options, argument } of model.commands) {
    const [group, inner] = name.split(' ');
    if (inner !== undefined) {
      add(`__k8s_audit_group ${group!}`, `-f -a ${fishQuote(inner)} -d ${fishQuote(description)}`);
    }
    const using = `__k8s_audit_using ${name}`;
    if (argument.kind !== 'files') add(using, `-f${candidates(argument)}`);
    for (const { short, long, description: text, takesValue, values } of options) {
      const shortPart = short === undefined ? '' : ` -s ${short.slice(1)}`;
      const value = takesValue
        ? ` -r${values.kind === 'files' ? ' -F' : ` -f${candidates(values)}`}`
        : '';
      add(using, `-l ${long.slice(2)}${shortPart}${value} -d ${fishQuote(text)}`);
    }
  }
  const lists = Object.entries(model.names).map(
    ([kind, names]) =>
      `function __k8s_audit_${kind}\n    printf '%s\\t\\n' ${names.map(fishQuote).join(' ')}\nend`,
  );
  return `# fish completion for k8s-audit
${lists.join('\n\n')}

function __k8s_audit_output
    set -l word (commandline -ct)
    if string match -q '*=*' -- $word
        set -l head (string replace -r '=.*' '=' -- $word)
        for file in (__fish_complete_path (string replace -r '^[^=]*=' '' -- $word))
            echo $head$file
        end
    else
        printf '%s\\t\\n' $argv
        __fish_complete_path $word
    end
end

# The words of the command line before the one being written, without options.
function __k8s_audit_words
    for word in (commandline -opc)[2..-1]
        string match -q -- '-*' $word; or echo $word
    end
end

function __k8s_audit_first
    test (count (__k8s_audit_words)) -eq 0
end

function __k8s_audit_group
    set -l words (__k8s_audit_words)
    test (count $words) -eq 1; and test $words[1] = $argv[1]
end

# The words are help and these.
function __k8s_audit_help
    set -l words (__k8s_audit_words)
    test "$words[1]" = help; or return 1
    test (count $argv) -eq 0; or test "$words[2..-1]" = "$argv"
end

# The words are those of a command; scan is the default one.
function __k8s_audit_using
    set -l words (__k8s_audit_words)
    if test (count $words) -eq 0; or not contains -- $words[1] ${model.words.map(([word]) => word).join(' ')}
        test "$argv" = scan
        return
    end
    if contains -- "$words[1] $words[2]" ${model.groups.flatMap(({ word, inner }) => inner.map(([name]) => fishQuote(`${word} ${name}`))).join(' ')}
        test (count $argv) -eq 2; or return 1
    end
    set -l count (count $argv)
    test (count $words) -ge $count; and test "$words[1..$count]" = "$argv"
end

${lines.join('\n')}
`;
}

function candidates(values: Values): string {
  switch (values.kind) {
    case 'none':
    case 'files':
      return '';
    case 'words':
      // A value with a description of its own, if an empty one, does not repeat that of the option.
      return ` -a ${fishQuote(String.raw`(printf '%s\t\n' ${values.words.join(' ')})`)}`;
    case 'output':
      return ` -a ${fishQuote(`(__k8s_audit_output ${values.words.join(' ')})`)}`;
    case 'names':
      return ` -a '(__k8s_audit_${values.names})'`;
  }
}

/** A text in single quotes, as fish reads it. */
function fishQuote(text: string): string {
  return `'${text.replace(/[\\']/g, String.raw`\$&`)}'`;
}

import { LOWER } from './secret-shapes.ts';

/** A shape with its credential put in. */
export function fill(shape: string): string {
  return shape.replaceAll('§', LOWER);
}

const HEX = '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef';
const MIXED = 'A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0U1v2';
const UPPER = 'Q7ZK4VX9W2M8T5R3Q7ZK4VX9W2M8T5R3';

/** A token: `{mixed:20}` stands for so many letters and digits, also `hex`, `upper` and `letters`. */
export function token(shape: string): string {
  return shape.replaceAll(/\{(\w+):(\d+)\}/g, (_, kind: string, length: string) => {
    const from = { mixed: MIXED, hex: HEX, upper: UPPER, letters: MIXED.replaceAll(/\d/g, 'x') }[
      kind
    ];
    return (from ?? '').repeat(3).slice(0, Number(length));
  });
}

/** A word as a shell needs it written. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** The ways in which a command line gets into a log. */
export const COMMAND_CARRIERS: readonly (readonly [
  name: string,
  carry: (words: readonly string[]) => string,
])[] = [
  ['the parameters of an exec', (words) => `exec (uri=${execUri(words)} code=101)`],
  ['parameters with plus for blanks', (words) => execUri(words).replaceAll('%20', '+')],
  ["a container's command", (words) => JSON.stringify({ command: words })],
  [
    'arguments of an image',
    ([program, ...args]) =>
      JSON.stringify({ image: `r.example.com/x/${program!.replace(/.*\//, '')}:1`, args }),
  ],
  ['JSON in JSON', (words) => JSON.stringify({ x: JSON.stringify({ command: words }) })],
  ['a shell line', (words) => shell(words)],
  ['words that were joined', (words) => words.join(' ')],
  ['sh -c in an exec', (words) => execUri(['sh', '-c', shell(words)])],
  ['sh -c in a container', (words) => JSON.stringify({ command: ['sh', '-c', shell(words)] })],
  ['sh -c in a shell line', (words) => `sh -c ${quoted(shell(words))}`],
];

/** The ways in which the text of a file or script gets into a log. */
export const TEXT_CARRIERS: readonly (readonly [name: string, carry: (text: string) => string])[] =
  [
    ['itself', (text) => text],
    ['a ConfigMap', (text) => JSON.stringify({ kind: 'ConfigMap', data: { file: text } })],
    ['indented JSON', (text) => JSON.stringify({ data: { file: text } }, null, 2)],
    [
      'an annotation with JSON',
      (text) => JSON.stringify({ annotations: { a: JSON.stringify({ data: { file: text } }) } }),
    ],
    ['an exec', (text) => execUri(['sh', '-c', `cat > f <<E\n${text}`])],
    ['a container', (text) => JSON.stringify({ args: ['-c', text] })],
  ];

function execUri(words: readonly string[]): string {
  const parameters = words.map((word) => `command=${encodeURIComponent(word)}`).join('&');
  return `/api/v1/namespaces/shop/pods/web-0/exec?${parameters}&container=web&stdin=true`;
}

function shell(words: readonly string[]): string {
  return words.map(quoted).join(' ');
}

import { FIELD_CLASSES } from '../../fields/catalog.ts';
import { isObject, member, stringMember, type JsonValue } from '../../json/value.ts';
import { KnownError } from '../../util/errors.ts';
import { readAsset } from '../assets.ts';
import type { InvocationOf } from '../flags/command-options.ts';
import type { Answers } from '../queries/answers.ts';
import { CapturedTerminal, type Receiving } from '../queries/captured-terminal.ts';
import { errorLines, pageJson } from '../queries/page-json.ts';
import { runCommand, type Asking } from '../queries/query.ts';
import { shownText } from '../queries/shown-row.ts';
import { askedOf } from '../queries/tool-arguments.ts';
import { TOOLS, type Tool } from '../queries/tools.ts';
import { readAsked } from './asked.ts';
import { LineCutter } from './line-cutter.ts';
import { UiChanges } from './ui-changes.ts';

/** Logs that are followed at a time: each is read by a scan of its own. */
const MOST_FOLLOWED = 2;
/** Characters of an answer. */
const ANSWER = 1_000_000;
/** Milliseconds after which a browser hears that nothing happened. */
const HEARTBEAT = 15_000;

/** A file of the page. */
interface Asset {
  readonly type: string;
  readonly text: string;
}

const PAGE = `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>k8s-audit</title><link rel="stylesheet" href="/live.css"></head>
<body><div id="app"></div><script src="/live.js"></script></body></html>
`;

/** What the page can ask for. */
export class UiRoutes {
  #asking: Asking;
  readonly #answers: Answers;
  readonly #paths: readonly string[];
  readonly #changes: UiChanges;
  #followed = 0;

  constructor(run: InvocationOf<'ui'>, answers: Answers, paths: readonly string[]) {
    this.#asking = run;
    this.#answers = answers;
    this.#paths = paths;
    this.#changes = new UiChanges(run, answers, paths, (next) => {
      this.#asking = next;
      answers.use(next);
    });
  }

  /** The files of the page, and the fields of conditions. */
  asset(key: string): Asset | undefined {
    switch (key) {
      case 'GET /':
        return { type: 'text/html; charset=utf-8', text: PAGE };
      case 'GET /live.js':
        return { type: 'text/javascript; charset=utf-8', text: readAsset('dist/page/live.js') };
      case 'GET /live.css':
        return { type: 'text/css; charset=utf-8', text: readAsset('dist/page/live.css') };
      case 'GET /fields':
        return { type: 'application/json', text: FIELDS };
      default:
        return undefined;
    }
  }

  /** Answers a question: JSON with a tool and its arguments. @throws KnownError */
  async ask(question: string, signal: AbortSignal): Promise<string> {
    const { tool, given } = readQuestion(question);
    const { query, page } = askedOf(tool, given, this.#paths, this.#asking.terminal, ANSWER);
    return pageJson({ tool: tool.name }, await this.#answers.page(query, page, signal));
  }

  /** Answers a question about changes, or makes them; undefined for none of this name. @throws KnownError */
  async change(name: string, question: string, signal: AbortSignal): Promise<string | undefined> {
    const answer = await this.#changes.answer(name, readAsked(question), signal);
    return answer === undefined ? undefined : JSON.stringify(answer);
  }

  /** Writes the case file of all findings. */
  async caseFile(output: Receiving, signal: AbortSignal): Promise<void> {
    const query = { command: 'scan', args: this.#paths, options: new Map() } as const;
    const terminal = new CapturedTerminal(this.#asking.terminal, output, signal);
    await runCommand(this.#asking, query, { format: 'html' }, terminal);
  }

  /**
   * Sends findings as events, those that are there and those that come, until the signal; `note` events beside them, and
   * a `problem` where the scan ends.
   *
   * @throws KnownError for a wrong question, before anything is sent
   */
  async follow(
    given: Readonly<Record<string, string>>,
    output: Receiving,
    signal: AbortSignal,
  ): Promise<void> {
    if (this.#followed >= MOST_FOLLOWED) {
      throw new KnownError('usage', `${MOST_FOLLOWED} pages follow the log already`);
    }
    const tool = TOOLS.find(({ name }) => name === 'findings')!;
    const { query } = askedOf(tool, given, this.#paths, this.#asking.terminal, ANSWER);
    const lines = new LineCutter((line) => {
      output.write(`data: ${shownText(JSON.parse(line) as JsonValue)}\n\n`);
    });
    const send = (name: string, text: string): void =>
      output.write(`event: ${name}\ndata: ${JSON.stringify(text)}\n\n`);
    output.write(': following\n\n');
    const beat = setInterval(() => output.write(': nothing new\n\n'), HEARTBEAT);
    this.#followed++;
    try {
      const terminal = new CapturedTerminal(
        this.#asking.terminal,
        { write: (text) => lines.write(text), drained: () => output.drained!() },
        signal,
        (note) => send('note', note),
      );
      await runCommand(this.#asking, query, { format: 'ndjson', follow: true }, terminal);
      send('problem', 'following has ended');
    } catch (error) {
      send('problem', errorLines(error));
    } finally {
      clearInterval(beat);
      this.#followed--;
    }
  }
}

const FIELDS = JSON.stringify(
  FIELD_CLASSES.flatMap(({ fields }) =>
    fields.map(({ name, description }) => ({ name, description })),
  ),
);

function readQuestion(text: string): { tool: Tool; given: Record<string, unknown> } {
  const value = readAsked(text);
  const name = stringMember(value, 'tool');
  const given = member(value, 'arguments') ?? {};
  const tool = TOOLS.find((each) => each.name === name);
  if (tool === undefined || !isObject(given)) {
    throw new KnownError('usage', 'a question has a tool and its arguments');
  }
  return { tool, given };
}

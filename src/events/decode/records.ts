import { JsonSyntaxError, tryParse } from '../../json/parse.ts';
import { isObject } from '../../json/value.ts';
import type { JsonObject, JsonValue } from '../../json/value.ts';
import type { DecodeSink, DecoderMemory } from '../decoded.ts';
import { EnvelopeFinder } from '../wrappers/envelope-finder.ts';
import { hiddenEvents, holdsEvents, mayHideEvent } from '../wrappers/hidden-events.ts';
import { MAX_RESYNCS } from '../limits.ts';
import { JsonNode } from '../json-node.ts';
import type { BufferedLine } from '../text/assembler.ts';
import { unescaped, withSingleBackslashes } from '../text/escaped-text.ts';
import { contentStart, endsLikeJson, isKlog } from '../text/line-text.ts';
import type { ProblemReason } from '../problems.ts';
import { recognise } from '../text/recognise.ts';
import { RecordOutput } from '../wrappers/record-output.ts';
import type { Outcome } from '../wrappers/record-output.ts';
import { BARE_LINES, isJournaldCut } from '../text/split.ts';
import { octetFrames } from '../text/octet-frames.ts';
import { nextElement, RecordSearch } from '../text/record-search.ts';
import { alone, reasonOf } from '../text/text-record.ts';
import { Unwrapper } from '../wrappers/unwrapper.ts';
import { TOP, type UnwrapperOptions } from '../wrappers/unwrapping.ts';

/** Reads one record after the other and says what each was. */
export class Records {
  readonly unwrapper: Unwrapper;
  readonly #output: RecordOutput;
  readonly #envelopes: EnvelopeFinder;
  readonly #hasFormat: boolean;

  constructor(
    sink: DecodeSink,
    options: Omit<UnwrapperOptions, 'output' | 'envelopes' | 'lastPrefix'>,
    memory?: Omit<DecoderMemory, 'afterBreak'>,
  ) {
    this.#envelopes = new EnvelopeFinder(memory?.envelopes);
    this.#hasFormat = options.format !== undefined;
    this.#output = new RecordOutput(sink, options.trail);
    this.unwrapper = new Unwrapper({
      ...options,
      output: this.#output,
      envelopes: this.#envelopes,
      lastPrefix: memory?.prefix,
    });
  }

  get memory(): Omit<DecoderMemory, 'afterBreak'> {
    return { prefix: this.unwrapper.prefixes.last, envelopes: this.#envelopes.memory };
  }

  /**
   * Reads a line that starts as JSON; undefined when it does not end so: failing to parse is expensive, and the assembler
   * finds out what it is.
   */
  read(text: string): JsonNode | JsonSyntaxError | undefined {
    const value = endsLikeJson(text) ? this.#envelopes.parse(text) : undefined;
    if (value === undefined || value instanceof JsonSyntaxError) return this.#plain(text) ?? value;
    return JsonNode.root(value, text);
  }

  /** The record that a text is which was escaped once more. */
  #plain(text: string): JsonNode | undefined {
    const plain = unescaped(text) ?? withSingleBackslashes(text);
    const value = plain === undefined ? undefined : tryParse(plain);
    if (value === undefined || value instanceof JsonSyntaxError) return undefined;
    return this.recognises(value) ? JsonNode.root(value, plain!) : undefined;
  }

  /** Unwraps a parsed line or multi-line value. */
  record(node: JsonNode, line: number): Outcome {
    // A complete record is no rest of a cut one.
    if (this.unwrapper.split.pending) this.unwrapper.split.abandon(BARE_LINES);
    return this.#output.record(line, () => this.unwrapper.value(node, TOP));
  }

  /**
   * Unwraps JSON text that may turn out malformed.
   *
   * @param head for an element of a list: the text of the list's value up to its `[`
   * @param before the text before the value on its first line
   */
  document(
    text: string,
    line: number,
    head: string | undefined,
    before = '',
  ): Outcome | 'malformed' {
    const isPrefixed = head === undefined && before !== '';
    if (isPrefixed && this.unwrapper.prefixes.isBefore(before, text)) {
      return this.text(before + text, line);
    }
    const whole = head === undefined ? text : alone(text, head);
    let used = whole;
    let value = this.#envelopes.parse(whole);
    if (whole !== text && value instanceof JsonSyntaxError) {
      used = text;
      value = this.#envelopes.parse(text);
    }
    const parsed = value;
    if (!(parsed instanceof JsonSyntaxError)) {
      return this.record(JsonNode.root(parsed, used), line);
    }
    return this.malformed(line, reasonOf(parsed));
  }

  /** Reports a record that is no JSON. */
  malformed(line: number, reason: ProblemReason = 'malformed-json'): 'malformed' {
    this.#output.record(line, () => this.#output.problem(reason));
    return 'malformed';
  }

  /** Unwraps a line that does not start as JSON. */
  text(text: string, line: number): Outcome {
    return this.#output.record(line, () => {
      if (isKlog(text)) this.unwrapper.split.abandon(BARE_LINES);
      if (this.unwrapper.split.has(BARE_LINES)) this.#bareLine(text);
      else for (const frame of octetFrames(text)) this.unwrapper.text(frame, TOP);
    });
  }

  /** Puts a line of unfinished JSON aside when journald has cut it, or it goes on with such a line. */
  cut(text: string, line: number): Outcome | undefined {
    if (!this.unwrapper.split.has(BARE_LINES) && !isJournaldCut(text)) return undefined;
    return this.#output.record(line, () => this.#bareLine(text));
  }

  /** Unwraps a row of a table, which is an object of texts. */
  row(row: JsonObject, line: number): Outcome {
    return this.#output.record(line, () => this.unwrapper.row(row));
  }

  /** The record that a text is on its own: a whole audit event, or one that is wrapped in a way that is known. */
  whole(text: string): JsonNode | undefined {
    const start = contentStart(text);
    if (text[start] !== '{') return undefined;
    const own = text.slice(start);
    const value = tryParse(own);
    if (value instanceof JsonSyntaxError) return this.#plain(own);
    return this.recognises(value) ? JsonNode.root(value, own) : undefined;
  }

  /** True when a line in the middle of an unfinished value is a complete record of its own. */
  standsAlone({ text }: BufferedLine): boolean {
    return endsLikeJson(text) && this.whole(text) !== undefined;
  }

  /** Unwraps a line that is a record by itself; undefined for one that is none. */
  wholeLine({ text, line }: BufferedLine): Outcome | undefined {
    const node = this.whole(text);
    return node && this.record(node, line);
  }

  /** Start of the next event behind a broken element of a list; looked for a few times a line. */
  nextElement(line: BufferedLine, broken: number): number {
    line.resyncs = (line.resyncs ?? 0) + 1;
    if (line.resyncs > MAX_RESYNCS) return -1;
    return nextElement(line.text, broken, (value) => this.recognises(value));
  }

  /** Start of the next record with events behind one that was never finished; -1 when the line has none. */
  nextRecord(line: BufferedLine, torn: number): number {
    return this.#search(line)?.behindTorn(torn) ?? -1;
  }

  /** Start of the next record with events in the text behind a whole value; -1 when the line has none. */
  behindValue(line: BufferedLine, behind: number): number {
    return this.#search(line)?.behindValue(behind) ?? -1;
  }

  #search(line: BufferedLine): RecordSearch | null {
    const { text } = line;
    // A format that was chosen holds for the whole line.
    const isOf = !this.#hasFormat || text[contentStart(text)] === '{';
    if (line.search === undefined)
      line.search = isOf && mayHideEvent(text) ? new RecordSearch(text, holdsEvents) : null;
    return line.search;
  }

  /** True when a value is an audit event, or is wrapped in a way that is known. */
  recognises(value: JsonValue): boolean {
    if (!isObject(value)) return false;
    if (recognise(value, true) !== 'other') return true;
    return this.#envelopes.find(value, 0) !== undefined || hiddenEvents(value).length > 0;
  }

  /** Reports records that are still incomplete at the end of the input. */
  end(): void {
    this.unwrapper.split.abandon();
  }

  #bareLine(text: string): void {
    this.unwrapper.fragment({ key: BARE_LINES, text, last: !isJournaldCut(text) }, TOP);
  }
}

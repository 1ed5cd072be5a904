/** Finds credentials in text, whatever holds them: JSON, URLs, commands, files, encodings of each other. */
import { markAssignments } from './assignments.ts';
import { markCommand, type Word } from './command-line.ts';
import { markDirectives, markSql } from './directives.ts';
import { JSON_START, stringEnd } from './json-tree.ts';
import { markJson } from './json-marker.ts';
import { markKeyBlocks } from './key-blocks.ts';
import { base64Text, jsonLayer, percentLayer } from './encodings.ts';
import { mayHoldCommand } from './programs.ts';
import { shellWords } from './shell-words.ts';
import { shifted, through, type Layer, type Mark, type Nested } from './marks.ts';
import { markTokens, runsOf } from './token-shapes.ts';
import { markUrls } from './url-secrets.ts';

type Range = readonly [start: number, end: number];

/** A mark for what is no JSON: quotes there are not those of a shell, and its texts are read on their own. */
function outside(json: readonly Range[], mark: Mark): Mark {
  if (json.length === 0) return mark;
  return (start, end) => {
    // The last JSON that begins before the end.
    let low = 0;
    let high = json.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (json[middle]![0] < end) low = middle + 1;
      else high = middle;
    }
    if (low === 0 || json[low - 1]![1] <= start) mark(start, end);
  };
}

const QUIET = /^[\w./-]*$/;
/** Shortest text that can hold a name and a credential. */
const MIN_LENGTH = 6;
/** Encodings inside each other that are looked through. */
const MAX_DEPTH = 6;
/** What an encoding of URLs or base64 counts: fewer of them are nested than JSON in JSON. */
const ENCODED = 2;

/** Marks credentials in texts inside each other. */
export class Finder implements Nested {
  readonly mark: Mark;
  /** A number in JSON: what stands for it needs quotes where the text is JSON itself. */
  readonly markNumber: Mark;
  readonly #depth: number;

  constructor(mark: Mark, markNumber: Mark, depth = 0) {
    this.mark = mark;
    this.markNumber = markNumber;
    this.#depth = depth;
  }

  /** @param secret true when the text is about a Secret */
  find(text: string, secret: boolean): void {
    if (text.length < MIN_LENGTH && !secret) return;
    const runs = runsOf(text);
    markTokens(text, runs, this.mark);
    if (runs.base64) this.#base64(text);
    // A name or path: nothing stands behind a name in it.
    if (QUIET.test(text)) return;
    const json = this.#json(text, secret);
    this.#parameters(text);
    this.#commands(text, json);
    this.#percent(text, secret);
  }

  /** A text that stands encoded in this one. */
  inside(layer: Layer, secret: boolean, mark = this.mark, cost = 1): void {
    if (this.#depth >= MAX_DEPTH) return;
    const there = through(mark, layer);
    new Finder(there, there, this.#depth + cost).find(layer.text, secret);
  }

  /** JSON is read as such; other detectors see what stands between. @returns where JSON stands */
  #json(text: string, secret: boolean): Range[] {
    const found: Range[] = [];
    let done = 0;
    if (text.includes('"')) {
      for (
        let start = this.#jsonStart(text, 0);
        start !== -1;
        start = this.#jsonStart(text, done)
      ) {
        this.#between(text, done, start);
        const about = secret || PATCH.test(text.slice(Math.max(0, start - 200), start));
        if (text[text.indexOf('"', start) - 1] === '\\') {
          // JSON inside a string whose quotes are not here.
          const end = stringEnd(text, start);
          this.inside(jsonLayer(text, start, end), about);
          done = Math.max(start + 1, end);
        } else done = markJson(text, start, about, this);
        found.push([start, done]);
      }
    }
    this.#between(text, done, text.length);
    return found;
  }

  #jsonStart(text: string, from: number): number {
    JSON_START.lastIndex = from;
    for (let found = JSON_START.exec(text); found !== null; found = JSON_START.exec(text)) {
      ELEMENT.lastIndex = found.index;
      if (!ELEMENT.test(text)) return found.index;
    }
    return -1;
  }

  #between(text: string, start: number, end: number): void {
    if (end <= start) return;
    const part = start === 0 && end === text.length ? text : text.slice(start, end);
    const mark = shifted(this.mark, start);
    markKeyBlocks(part, mark);
    markAssignments(part, mark);
    markUrls(part, mark);
    markDirectives(part, mark);
    markSql(part, mark);
  }

  /** `command=mysql&command=-pSECRET`: the parameters of an exec. */
  #parameters(text: string): void {
    if (!text.includes('command=') && !text.includes('cmd=')) return;
    for (const list of text.matchAll(PARAMETERS)) {
      const words: Word[] = [];
      let at = list.index + (list[1]?.length ?? 0);
      for (const parameter of list[0].slice(list[1]?.length ?? 0).split('&')) {
        const start = at + parameter.indexOf('=') + 1;
        const end = at + parameter.length;
        at = end + 1;
        if (!/^(?:command|cmd)=/.test(parameter)) continue;
        const layer = percentLayer(text, start, end, true);
        words.push({ text: layer.text, mark: through(this.mark, layer) });
        this.inside(layer, false, this.mark, ENCODED);
      }
      markCommand(words);
    }
  }

  #commands(text: string, json: readonly Range[]): void {
    const rest = json.reduce((left, [start, end]) => left - (end - start), text.length);
    if (rest < MIN_LENGTH || !mayHoldCommand(text)) return;
    const words = shellWords(text);
    const mark = outside(json, this.mark);
    const shown = words.map((word) => ({ text: word.text, mark: through(mark, word) }));
    markCommand(shown, { only: 'programs' });
    // `sh -c '…'`: a word in quotes is a text of its own.
    for (const word of words)
      if (word.quoted && /\s/.test(word.text)) this.inside(word, false, mark);
  }

  #percent(text: string, secret: boolean): void {
    if (!text.includes('%')) return;
    for (const { 0: part, index } of text.matchAll(PERCENT)) {
      if (!part.includes('%')) continue;
      const layer = percentLayer(text, index, index + part.length, true);
      this.inside(layer, secret, this.mark, ENCODED);
    }
  }

  /** Text in base64 is hidden whole when a part of it is a credential. */
  #base64(text: string): void {
    if (this.#depth >= MAX_DEPTH) return;
    for (const { 0: part, index } of text.matchAll(BASE64)) {
      if (!CAPITAL.test(part)) continue;
      const decoded = base64Text(part);
      if (decoded === undefined) continue;
      let found = false;
      const mark = (): void => void (found = true);
      new Finder(mark, mark, this.#depth + ENCODED).find(decoded, false);
      if (found) this.mark(index, index + part.length);
    }
  }
}

/** `os.environ["TOKEN"] = `: the name of an element that is set, no list of one text. */
const ELEMENT = /(?<=[\w)\]])\[\s{0,4}\\{0,7}"[\w.-]{1,128}\\{0,7}"\s{0,4}\]\s{0,16}=/y;
/** `kubectl patch secret NAME -p '{…}'`: what the JSON behind it is about. */
const PATCH = /\bpatch\s[^{}]{0,80}\bsecrets?[\s/]/;
const PARAMETERS = /(^|[?&\s])(?:command|cmd)=[^\s"<>]*/g;
/** What may be percent-encoded: up to a blank or quote. */
const PERCENT = /[^\s"<>\\]{3,}/g;
/** Text in base64 has capitals; paths of URLs seldom have. */
const CAPITAL = /[A-Z]/;
// Not `{24,}`: V8 notes each round of it, and has no room for millions of them.
const BASE64 = /(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{24}[A-Za-z0-9+/_-]*={0,2}/g;

import { JsonSyntaxError, tryParse } from '../../json/parse.ts';
import { isObject, type JsonObject } from '../../json/value.ts';
import { mergeContext } from '../context.ts';
import type { DecodeSink, WrapperContext } from '../decoded.ts';
import type { EnvelopeFinder } from './envelope-finder.ts';
import { matches, type Envelope, type Part } from './envelope.ts';
import { unescaped } from '../text/escaped-text.ts';
import type { Fragment } from '../text/fragments.ts';
import { hiddenEvents, mayHideEvent, mayPackEvent, pathText } from './hidden-events.ts';
import { JsonNode } from '../json-node.ts';
import { KnownPrefixes } from './known-prefixes.ts';
import { MAX_UNWRAP_DEPTH } from '../limits.ts';
import { contentStart, withoutColour } from '../text/line-text.ts';
import type { ProblemReason } from '../problems.ts';
import { ProblemHold } from './problem-hold.ts';
import type { RecordOutput } from './record-output.ts';
import { isListItem, recognise } from '../text/recognise.ts';
import { readSeveral } from './several-values.ts';
import { SplitRecords } from './split-records.ts';
import { isBracketText, readText } from '../text/text-record.ts';
import { withoutTime } from './timed-record.ts';
import { TOP, type Place, type UnwrapperOptions } from './unwrapping.ts';

/** Finds the audit events inside values and texts, however they are wrapped. */
export class Unwrapper {
  readonly split: SplitRecords;
  readonly prefixes: KnownPrefixes;
  readonly #options: UnwrapperOptions;
  readonly #output: RecordOutput;
  readonly #envelopes: EnvelopeFinder;
  readonly #hold: ProblemHold;

  constructor(options: UnwrapperOptions) {
    this.#options = options;
    this.#output = options.output;
    this.#hold = new ProblemHold(options.output);
    this.#envelopes = options.envelopes;
    this.split = new SplitRecords(options);
    this.prefixes = new KnownPrefixes(options, this.split);
  }

  /** Unwraps a parsed value. */
  value(read: JsonNode, place: Place): void {
    const node = this.#options.trail?.json(read) ?? read;
    const { value } = node;
    if (typeof value === 'string') this.#string(value, place);
    else if (Array.isArray(value)) this.#list(node, place, false);
    else if (isObject(value)) this.#object(node, value, place);
    else this.#hold.problem('not-object');
  }

  /** Unwraps a row of a table. */
  row(row: JsonObject): void {
    const { events } = this.#output;
    const outer = this.#hold.start();
    this.#object(JsonNode.built(row), row, TOP);
    const isEmpty = this.#output.events === events;
    if (this.#hold.end(outer, isEmpty) === 0 && isEmpty) this.#hold.problem('csv-row');
  }

  #list(node: JsonNode, place: Place, isEventList: boolean): void {
    const elements = isEventList ? node.elements() : withoutTime(node);
    for (const element of elements) {
      const { object } = element;
      if (isEventList && object !== undefined && isListItem(object)) {
        this.#output.event(element, object, place.context);
      } else {
        this.#deeper(element, place, place.context, place.bare || isEventList);
      }
    }
  }

  #object(node: JsonNode, object: JsonObject, place: Place): void {
    const format = this.#options.format;
    if (place.depth === 0 && format?.kind === 'wrapper' && format.envelope !== undefined) {
      if (matches(format.envelope, object)) this.#open(format.envelope, node, object, place);
      else this.#hold.problem('other-json');
      return;
    }
    const kind = recognise(object, place.bare);
    if (kind === 'event') {
      this.#output.event(node, object, place.context);
    } else if (kind === 'list') {
      const items = node.child('items');
      if (items === undefined || items.value === null) this.#hold.problem('empty-list');
      else this.#list(items, place, true);
    } else if (kind === 'core-event') {
      this.#hold.problem('core-event');
    } else {
      const envelope =
        format?.kind === 'event' ? undefined : this.#envelopes.find(object, place.depth);
      if (envelope !== undefined) this.#open(envelope, node, object, place);
      else if (format?.kind === 'event' || !this.#search(node, object, place)) {
        this.#hold.problem('other-json');
      }
    }
  }

  #open(envelope: Envelope, node: JsonNode, object: JsonObject, place: Place): void {
    const { events } = this.#output;
    const { parts } = this.split;
    const outer = this.#hold.start();
    for (const part of envelope.open(node, object)) this.#part(part, place);
    const isEmpty = this.#output.events === events && this.split.parts === parts;
    if (this.#output.events > events) this.#envelopes.remember(envelope, place.depth);
    const isElsewhere = isEmpty && this.#hold.isVague && this.#search(node, object, place);
    this.#hold.end(outer, isElsewhere);
  }

  /**
   * Looks for events in the members of a wrapper that nobody has described.
   *
   * @returns false when there is nothing to say of it
   */
  #search(node: JsonNode, object: JsonObject, place: Place): boolean {
    if (place.depth >= MAX_UNWRAP_DEPTH || !mayPackEvent(node.text)) return false;
    this.#options.searched?.(node.text);
    return this.#finds(() => {
      for (const { path, event } of hiddenEvents(object)) {
        const before = this.#output.events;
        const inner = event === undefined ? node.child(...path)! : JsonNode.built(event);
        this.#deeper(inner, place, place.context, false);
        if (this.#output.events > before) this.#output.problem('unknown-wrapper', pathText(path));
      }
    });
  }

  /** True when there is an event in what is read, or a problem worth telling; nothing is told otherwise. */
  #finds(read: () => void): boolean {
    const { events } = this.#output;
    const outer = this.#hold.start();
    read();
    return this.#hold.end(outer, true) > 0 || this.#output.events > events;
  }

  #part(part: Part, place: Place): void {
    const context = mergeContext(place.context, part.context);
    switch (part.kind) {
      case 'node':
        return this.#deeper(part.node, place, context, part.bare === true);
      case 'event':
        return this.#output.event(JsonNode.built(part.event, part.text), part.event, context);
      case 'fragment':
        return this.fragment(part, { ...place, context });
      case 'problem':
        return this.#hold.problem(part.reason, part.detail);
    }
  }

  #deeper(node: JsonNode, place: Place, context: WrapperContext, bare: boolean): void {
    if (place.depth >= MAX_UNWRAP_DEPTH) this.#hold.problem('unwrap-depth');
    else this.value(node, { depth: place.depth + 1, context, bare });
  }

  /** A string inside a record, or a line that is a JSON string. */
  #string(written: string, place: Place): void {
    if (place.depth >= MAX_UNWRAP_DEPTH) return this.#hold.problem('unwrap-depth');
    this.#options.trail?.string(written);
    const inner = { ...place, depth: place.depth + 1, bare: true };
    const text = withoutColour(written);
    const json = text.slice(contentStart(text));
    if (/^[{[]/.test(json) && !isBracketText(json)) this.json(json, inner);
    else if (!this.#lines(text, inner)) this.text(text, inner);
  }

  /** Reads text of several lines as those of an input. @returns false when there is nothing to say of it */
  #lines(text: string, place: Place): boolean {
    const { lines, trail } = this.#options;
    if (lines === undefined || !/\n\s*\S/.test(text) || !mayHideEvent(text)) return false;
    trail?.refuse();
    const sink: DecodeSink = {
      event: (event) => this.#output.found(event, place.context),
      problem: ({ reason, detail }) => this.#hold.problem(reason, detail),
    };
    return this.#finds(() => lines(text, sink));
  }

  /** JSON text on its own: one value, or several one after the other. */
  json(text: string, place: Place): void {
    const value = tryParse(text);
    if (!(value instanceof JsonSyntaxError)) return this.value(JsonNode.root(value, text), place);
    const plain = unescaped(text);
    if (plain !== undefined) return this.json(plain, place);
    if (value.kind === 'depth') return this.#hold.problem('too-deep');
    const isHeavy = value.kind === 'weight';
    if (place.depth > 0 && !isHeavy && this.#lines(text, place)) return;
    const isCut = value.kind === 'truncated' || text.endsWith('[Truncated...]');
    if (isCut) return this.#hold.problem('cut-json');
    const isForeign = place.depth === 0 && !isHeavy && !mayHideEvent(text);
    if (isForeign) return this.#hold.problem('malformed-json');
    this.#several(text, place, isHeavy);
  }

  /** A payload of several records, as Firehose joins them. @param inLists whether elements stay in their lists */
  #several(text: string, place: Place, inLists = false): void {
    readSeveral(text, place, {
      maxSize: this.#options.maxSize,
      prefixes: this.prefixes,
      inLists,
      value: (node, own) => this.value(node, own),
      problem: (reason) => this.#hold.problem(reason),
    });
  }

  /** Unwraps text that may have prefixes. */
  text(text: string, place: Place): void {
    const stripped = this.prefixes.take(text);
    if (stripped === undefined) {
      this.#payload(text.slice(contentStart(text)), place);
      return;
    }
    const before = { prefixes: stripped.prefixes, context: place.context };
    const inner = { ...place, context: mergeContext(place.context, stripped.context), before };
    if (stripped.fragment === undefined) this.#payload(stripped.rest, inner);
    else this.fragment(stripped.fragment, inner);
  }

  /** Text behind any prefix. */
  #payload(text: string, place: Place): void {
    const record = readText(text, place.depth > 0, this.#options.format?.kind === 'event');
    switch (record.kind) {
      case 'json':
        return this.json(record.text, place);
      case 'values':
        return this.#several(record.text, place);
      case 'event':
        return this.#output.event(JsonNode.built(record.event), record.event, place.context);
      case 'base64':
        return this.#base64(record.text, place, record.otherwise);
      case 'string':
        return this.#string(record.text, place);
      case 'problem':
        return this.#hold.problem(record.reason);
    }
  }

  #base64(text: string, place: Place, otherwise?: ProblemReason): void {
    const decoded = this.#options.codec?.decode(text, this.#options.maxSize);
    if (decoded?.text !== undefined) this.#string(decoded.text, place);
    else this.#hold.problem(otherwise ?? decoded?.reason ?? 'bad-base64');
  }

  /** One part of a split record: held until its last part, then read like any other record. */
  fragment(fragment: Fragment, place: Place): void {
    const { text, line } = this.split.take(fragment) ?? {};
    if (text === undefined) return;
    if (line === undefined) this.#string(text, { ...place, depth: Math.max(0, place.depth - 1) });
    else this.#output.startedOn(line, () => this.#string(text, place));
  }
}

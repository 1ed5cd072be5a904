import {
  EVENT_ID,
  getScalarValue,
  parseEvents,
  SCALAR_STYLE,
  YAMLException,
  type Event,
  type ScalarEvent,
} from 'js-yaml';

import { ALIAS_HINT, failureOf, type ReadingFailure } from './yaml-hints.ts';
import type { YamlNode, YamlScalar, YamlSource } from './yaml-node.ts';

export { TEMPLATE_HINT } from './yaml-hints.ts';

/** YAML that does not parse, with the index in the text. */
export class YamlError extends Error {
  readonly position: number;
  readonly hint: string | undefined;
  /** True when yaml-cpp accepts the text, but reads nodes of a shape that no rules file may have. */
  readonly isMisshapen: boolean;

  constructor(message: string, position: number, how: Partial<ReadingFailure> = {}) {
    super(message);
    this.name = 'YamlError';
    this.position = position;
    this.hint = how.hint;
    this.isMisshapen = how.isMisshapen ?? false;
  }
}

/**
 * Reads a file's documents with positions. Nothing is converted, merge keys (`<<`) stay keys, and
 * duplicate keys are all kept: `get` takes the first, as yaml-cpp does.
 *
 * @throws YamlError
 */
export function parseYaml(source: YamlSource): YamlNode[] {
  return new Builder(source, readEvents(source)).documents();
}

/** Places of a file that are read again with blanks instead of tabs. */
const MAX_REPAIRS = 200;

/**
 * The parser's events. Inside flow collections yaml-cpp takes tabs and line breaks as blanks, whatever the
 * indentation; where js-yaml does not, they are read as blanks, so all positions stay.
 */
function readEvents(source: YamlSource): Event[] {
  let { text } = source;
  for (let repairs = 0; ; repairs++) {
    try {
      return parseEvents(text, { filename: source.name });
    } catch (error) {
      if (!(error instanceof YAMLException)) throw error;
      const position = error.mark?.position ?? 0;
      const repaired = repairs < MAX_REPAIRS ? blankedBefore(text, error.reason, position) : text;
      if (repaired === text) {
        throw new YamlError(error.reason, position, failureOf(text, error.reason, position));
      }
      text = repaired;
    }
  }
}

/** The text with blanks for the white space that ends at a position, when that is what the parser refused. */
function blankedBefore(text: string, reason: string, position: number): string {
  if (!reason.startsWith('deficient indentation')) return text;
  let start = position;
  while (start > 0 && /[ \t\r\n]/.test(text[start - 1]!)) start--;
  // A comment ends with its line: its line break must stay.
  const line = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
  if (/(?:^|[ \t])#/.test(line)) return text;
  return text.slice(0, start) + ' '.repeat(position - start) + text.slice(position);
}

class Builder {
  readonly #source: YamlSource;
  readonly #events: readonly Event[];
  readonly #anchors = new Map<string, YamlNode>();
  #next = 0;
  /** Where the last node ended: the place of an empty value. */
  #last = 0;

  constructor(source: YamlSource, events: readonly Event[]) {
    this.#source = source;
    this.#events = events;
  }

  documents(): YamlNode[] {
    const documents: YamlNode[] = [];
    while (this.#next < this.#events.length) {
      const event = this.#events[this.#next++]!;
      if (event.type !== EVENT_ID.DOCUMENT) continue;
      this.#anchors.clear();
      if (this.#events[this.#next]?.type !== EVENT_ID.POP) documents.push(this.#node());
    }
    return documents;
  }

  #node(): YamlNode {
    const event = this.#events[this.#next++]!;
    switch (event.type) {
      case EVENT_ID.SCALAR:
        return this.#anchored(event, this.#scalar(event));
      case EVENT_ID.SEQUENCE: {
        this.#last = event.start;
        const items: YamlNode[] = [];
        while (!this.#atPop()) items.push(this.#node());
        const { start } = event;
        return this.#anchored(event, { kind: 'sequence', items, source: this.#source, start });
      }
      case EVENT_ID.MAPPING: {
        this.#last = event.start;
        const entries: { key: YamlNode; value: YamlNode }[] = [];
        while (!this.#atPop()) entries.push({ key: this.#node(), value: this.#node() });
        const { start } = event;
        return this.#anchored(event, { kind: 'mapping', entries, source: this.#source, start });
      }
      case EVENT_ID.ALIAS: {
        const name = this.#source.text.slice(event.anchorStart, event.anchorEnd);
        const node = this.#anchors.get(name);
        if (node === undefined) {
          throw new YamlError(`unknown alias '${name}'`, event.anchorStart, { hint: ALIAS_HINT });
        }
        return node;
      }
      default:
        throw new YamlError('unexpected YAML structure', this.#last);
    }
  }

  #atPop(): boolean {
    const event = this.#events[this.#next];
    if (event !== undefined && event.type !== EVENT_ID.POP) return false;
    this.#next++;
    return true;
  }

  #anchored(event: { anchorStart: number; anchorEnd: number }, node: YamlNode): YamlNode {
    if (event.anchorStart >= 0) {
      this.#anchors.set(this.#source.text.slice(event.anchorStart, event.anchorEnd), node);
    }
    return node;
  }

  #scalar(event: ScalarEvent): YamlScalar {
    const source = this.#source;
    if (event.valueStart < 0) {
      // An empty value with a tag is an empty text, without one it is null.
      const isTagged = event.tagStart >= 0;
      const start = isTagged ? event.tagStart : this.#last;
      const end = isTagged ? event.tagEnd : this.#last;
      return { kind: 'scalar', text: '', isNull: !isTagged, source, start, end, style: 'plain' };
    }
    this.#last = event.valueEnd;
    const text = getScalarValue(source.text, event);
    const style = styleOf(event);
    const isNullText =
      style === 'plain' && event.tagStart < 0 && /^(?:null|Null|NULL|~|)$/.test(text);
    return {
      kind: 'scalar',
      text,
      isNull: isNullText,
      source,
      start: event.valueStart,
      end: event.valueEnd,
      style,
    };
  }
}

function styleOf(event: ScalarEvent): YamlScalar['style'] {
  switch (event.style) {
    case SCALAR_STYLE.SINGLE_QUOTED:
      return 'single';
    case SCALAR_STYLE.DOUBLE_QUOTED:
      return 'double';
    case SCALAR_STYLE.LITERAL_BLOCK:
      return 'literal';
    case SCALAR_STYLE.FOLDED_BLOCK:
      return 'folded';
    default:
      return 'plain';
  }
}

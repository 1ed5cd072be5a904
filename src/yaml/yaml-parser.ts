import {
  EVENT_ID,
  getScalarValue,
  parseEvents,
  SCALAR_STYLE,
  YAMLException,
  type Event,
  type ScalarEvent,
} from 'js-yaml';

import type { YamlNode, YamlScalar, YamlSource } from './yaml-node.ts';

/** YAML that does not parse, with the index in the text. */
export class YamlError extends Error {
  readonly position: number;

  constructor(message: string, position: number) {
    super(message);
    this.name = 'YamlError';
    this.position = position;
  }
}

/**
 * Reads a file's documents with positions. Nothing is converted, merge keys (`<<`) stay keys, and
 * duplicate keys are all kept: `get` takes the first, as yaml-cpp does.
 *
 * @throws YamlError
 */
export function parseYaml(source: YamlSource): YamlNode[] {
  let events: Event[];
  try {
    events = parseEvents(source.text, { filename: source.name });
  } catch (error) {
    if (error instanceof YAMLException) {
      throw new YamlError(error.reason, error.mark?.position ?? 0);
    }
    throw error;
  }
  return new Builder(source, events).documents();
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
        if (node === undefined) throw new YamlError(`unknown alias '${name}'`, event.anchorStart);
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
      const [start, end] = [this.#last, this.#last];
      return { kind: 'scalar', text: '', isNull: true, source, start, end, style: 'plain' };
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

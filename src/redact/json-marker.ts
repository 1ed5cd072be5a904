/** Credentials in JSON, told by what an object says it is. */
import { markCommand, type Word } from './command-line.ts';
import { parseJsonAt, type JsonNode } from './json-tree.ts';
import { mayHoldNames } from './assignments.ts';
import { base64Text, jsonLayer } from './encodings.ts';
import { isSecretFile, isSensitive } from './secret-names.ts';
import { through, type Layer, type Mark, type Nested } from './marks.ts';
import { isKept } from './secret-values.ts';

/** Where a value stands. */
interface Place {
  /** Key of the nearest member around it. */
  readonly key: string;
  /** True inside an object of a request on secrets, or of a Secret. */
  readonly secret: boolean;
}

type JsonObject = Extract<JsonNode, { kind: 'object' }>;

/** Lists of names and values that are settings in the open. */
const OPEN_LISTS: ReadonlySet<string> = new Set([
  'sysctls',
  'options',
  'labels',
  'tolerations',
  'taints',
]);
/** Headers of which only some are credentials. */
const HEADERS: ReadonlySet<string> = new Set(['httpHeaders', 'headers', 'httpheaders']);
/** Members that hold the value of the object they stand in. */
const VALUES: ReadonlySet<string> = new Set([
  'value',
  'plain',
  'plaintext',
  'text',
  'content',
  'data',
  'raw',
  'default',
  'stringValue',
]);
/** Members whose `key`, or `list`, is the credential itself: ACME's account, keys of API gateways, cloud-init. */
const HOLDERS: ReadonlySet<string> = new Set([
  'externalAccountBinding',
  'keyAuth',
  'key-auth',
  'credentials',
  'chpasswd',
]);
/** Maps of credentials under any names, as Grafana's data sources have. */
const SECRET_MAPS = ['secureJsonData', 'secureSettings'];
/** Flags that say of the value beside them that it is one. */
const FLAGS: ReadonlySet<string> = new Set(['sensitive', 'isSecret', 'is_secret', 'masked']);
const QUIET = /^[\w./:-]*$/;
const DATA_PATH = /^\/(?:data|stringData)(?:\/|$)/;

/** Marks credentials in the JSON that begins at `from`. @returns where reading stopped */
export function markJson(text: string, from: number, secret: boolean, finder: Nested): number {
  const { root, end } = parseJsonAt(text, from);
  new JsonMarker(text, finder).visit(root, { key: '', secret });
  return end;
}

class JsonMarker {
  readonly #text: string;
  readonly #finder: Nested;
  readonly #mark: Mark;
  /** Lists that were read as parts of a command line. */
  readonly #read = new Set<readonly JsonNode[]>();

  constructor(text: string, finder: Nested) {
    this.#text = text;
    this.#finder = finder;
    this.#mark = finder.mark;
  }

  visit(node: JsonNode, place: Place): void {
    if (node.kind === 'string') this.#string(node, place);
    else if (node.kind === 'object') this.#object(node, place);
    else if (node.kind === 'array') this.#array(node.items, place);
    else this.#number(node, place);
  }

  #object(object: JsonObject, place: Place): void {
    const text = (...keys: readonly string[]) => this.#member(object, keys);
    const kind = text('kind') ?? '';
    const resource = this.#resource(object);
    const secret =
      resource === undefined
        ? place.secret || /^Secret(?:List)?$/.test(kind)
        : resource === 'secrets';
    const hidden = new Set<JsonNode>();
    const hide = (...keys: readonly string[]): void => {
      for (const { key, value } of object.members) {
        if (!keys.includes(key)) continue;
        hidden.add(value);
        this.#hideAll(value);
      }
    };
    // Only a Secret has the second.
    hide(...(secret ? ['data', 'stringData'] : ['stringData']));
    const path = text('path');
    if (text('op') !== undefined && path !== undefined) {
      this.#operation(object, path, secret);
      return;
    }
    const name = text('name', 'Name', 'key', 'Key', 'header');
    if (name !== undefined && this.#asksForValue(object, name, place)) hide('value', 'Value');
    if (isSensitive(place.key) || this.#isSaidSecret(object)) hide(...VALUES);
    // With a name beside it, a key is one of a Secret of that name.
    if (HOLDERS.has(place.key) && text('name', 'secretName') === undefined) hide('key', 'list');
    for (const key of SECRET_MAPS) hide(key);
    this.#container(object);
    for (const { key, value } of object.members) {
      if (hidden.has(value)) continue;
      if (key === 'auth' && value.kind === 'string' && this.#isAuth(value, place))
        this.#hideAll(value);
      else this.visit(value, { key, secret });
    }
  }

  /** True for an object with `"sensitive": true` and the like, as variables of Terraform. */
  #isSaidSecret({ members }: JsonObject): boolean {
    return members.some(
      ({ key, value }) =>
        FLAGS.has(key) && this.#text.slice(value.start, value.end).replaceAll('"', '') === 'true',
    );
  }

  /** True when the value that belongs to a name is a credential: an environment variable always is. */
  #asksForValue(object: JsonObject, name: string, { key }: Place): boolean {
    const has = (...keys: readonly string[]) =>
      object.members.some((each) => keys.includes(each.key));
    if (isSensitive(name)) return true;
    return (
      has('name', 'Name') && has('value', 'Value') && !OPEN_LISTS.has(key) && !HEADERS.has(key)
    );
  }

  /** One operation of a JSON Patch (RFC 6902). */
  #operation(object: JsonObject, path: string, secret: boolean): void {
    const parts = path
      .split('/', 64)
      .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
    const last = parts.at(-1) ?? '';
    const key = /^(?:\d+|-)$/.test(last) ? (parts.at(-2) ?? '') : last;
    const environment = /\/env\/(?:\d+|-)\/value$/.test(path);
    for (const member of object.members) {
      if (member.key !== 'value') continue;
      if (environment || (secret && DATA_PATH.test(path))) this.#hideAll(member.value);
      else this.visit(member.value, { key, secret });
    }
  }

  /** `auth` of a Docker configuration: `user:password` in base64. */
  #isAuth(value: JsonNode, { key }: Place): boolean {
    if (/[./:]/.test(key) || key === 'auths') return true;
    return base64Text(this.#text.slice(value.start, value.end))?.includes(':') === true;
  }

  /** Command and arguments of a container are one command line; without a command the image says what runs. */
  #container(object: JsonObject): void {
    const lists = ['command', 'args', 'Cmd', 'Entrypoint'].flatMap((key) => {
      const value = object.members.find((each) => each.key === key)?.value;
      if (value?.kind !== 'array' || !isTexts(value.items)) return [];
      this.#read.add(value.items);
      return [value.items];
    });
    if (lists.length === 0) return;
    const image = this.#member(object, ['image']) ?? '';
    const program = image.replace(/[:@].*$/, '').replace(/^.*\//, '');
    const words = lists.flat().map((item) => this.#word(item));
    markCommand([{ text: program, mark: () => undefined }, ...words]);
  }

  #array(items: readonly JsonNode[], place: Place): void {
    if (items.length > 1 && !this.#read.has(items) && isTexts(items)) {
      markCommand(items.map((item) => this.#word(item)));
    }
    for (const item of items) this.visit(item, place);
  }

  #string(node: JsonNode, { key, secret }: Place): void {
    const layer = this.#layer(node);
    if (isSecretFile(key) || (isSensitive(key) && !isKept(layer.text))) {
      this.#mark(node.start, node.end);
    } else if (layer.text.length !== node.end - node.start || !isQuiet(layer.text)) {
      this.#finder.inside(layer, secret);
    }
  }

  /** Numbers are hidden where a password is asked for: others with such names are counts and times. */
  #number(node: JsonNode, { key }: Place): void {
    if (!/pass(?:word|wd)?$|pwd$|pin$/i.test(key) || !isSensitive(key)) return;
    const value = this.#text.slice(node.start, node.end);
    if (/^-?\d/.test(value)) this.#finder.markNumber(node.start, node.end);
  }

  #hideAll(node: JsonNode): void {
    if (node.kind === 'string') this.#mark(node.start, node.end);
    else if (node.kind === 'array') for (const item of node.items) this.#hideAll(item);
    else if (node.kind === 'object') for (const { value } of node.members) this.#hideAll(value);
    else if (/^-?\d/.test(this.#text.slice(node.start, node.end))) {
      this.#finder.markNumber(node.start, node.end);
    }
  }

  /** `objectRef.resource`, when the object is an event. */
  #resource(object: JsonObject): string | undefined {
    const reference = object.members.find(({ key }) => key === 'objectRef')?.value;
    return reference?.kind === 'object' ? (this.#member(reference, ['resource']) ?? '') : undefined;
  }

  /** The text of the first of some members that is a string. */
  #member(object: JsonObject, keys: readonly string[]): string | undefined {
    for (const { key, value } of object.members) {
      if (value.kind === 'string' && keys.includes(key)) {
        return value.end - value.start > 1024 ? '' : this.#layer(value).text;
      }
    }
    return undefined;
  }

  #word(node: JsonNode): Word {
    const layer = this.#layer(node);
    return { text: layer.text, mark: through(this.#mark, layer) };
  }

  #layer({ start, end }: JsonNode): Layer {
    return jsonLayer(this.#text, start, end);
  }
}

/** A name, path or number: what shapes it may have was seen in the text around. */
function isQuiet(text: string): boolean {
  return QUIET.test(text) && (!text.includes(':') || !mayHoldNames(text));
}

function isTexts(items: readonly JsonNode[]): boolean {
  return items.length > 0 && items.every(({ kind }) => kind === 'string');
}

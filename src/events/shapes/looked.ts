import type { JsonObject, JsonValue } from '../../json/value.ts';

type Container = JsonObject | JsonValue[];

/** What was asked of an object or array. */
export interface Looked {
  readonly value: Container;
  /** True once anything was asked of it: then its keys count, and their order. */
  isOpen: boolean;
  /** Keys that were asked for, whether it has them or not. */
  readonly asked: Set<string>;
  /** True when all keys were listed. */
  isListed: boolean;
  /** Members that were taken out, by key: an object or array, or undefined for another value, which was read. */
  readonly taken: Map<string, Looked | undefined>;
}

/** Notes what is asked of JSON values that it hands out. */
export class Watch {
  readonly #proxies = new WeakMap<object, object>();
  readonly #looked = new WeakMap<object, Looked>();

  /** The same value, made to note what is asked of it. */
  watched(value: Container): Container {
    const known = this.#proxies.get(value);
    if (known !== undefined) return known as Container;
    const looked: Looked = {
      value,
      isOpen: false,
      asked: new Set(),
      isListed: false,
      taken: new Map(),
    };
    const proxy = new Proxy(value, this.#handler(looked));
    this.#proxies.set(value, proxy);
    this.#looked.set(proxy, looked);
    return proxy;
  }

  /** What was asked of a value that this has handed out; undefined for any other. */
  of(value: JsonValue): Looked | undefined {
    return typeof value === 'object' && value !== null ? this.#looked.get(value) : undefined;
  }

  #handler(looked: Looked): ProxyHandler<Container> {
    const ask = (key: string | symbol): void => {
      looked.isOpen = true;
      if (typeof key === 'string') looked.asked.add(key);
    };
    return {
      get: (target, key) => {
        ask(key);
        const value = Reflect.get(target, key) as JsonValue | undefined;
        if (typeof key === 'symbol' || !Object.hasOwn(target, key) || value === undefined) {
          return value;
        }
        // The number of elements is part of the structure.
        if (Array.isArray(target) && key === 'length') return value;
        const isContainer = typeof value === 'object' && value !== null;
        const inner = isContainer ? this.watched(value) : value;
        looked.taken.set(key, this.of(inner));
        return inner;
      },
      has: (target, key) => {
        ask(key);
        return Reflect.has(target, key);
      },
      getOwnPropertyDescriptor: (target, key) => {
        ask(key);
        return Reflect.getOwnPropertyDescriptor(target, key);
      },
      ownKeys: (target) => {
        looked.isOpen = true;
        looked.isListed = true;
        return Reflect.ownKeys(target);
      },
    };
  }
}

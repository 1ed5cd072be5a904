/** An item of a {@link LinkedOrder}, with its neighbours. */
export interface Linked<Item> {
  older: Item | undefined;
  newer: Item | undefined;
}

/** Items in the order in which they were last touched. */
export class LinkedOrder<Item extends Linked<Item>> {
  #oldest: Item | undefined;
  #newest: Item | undefined;

  /** The item that was touched longest ago. */
  get oldest(): Item | undefined {
    return this.#oldest;
  }

  /** Makes an item the newest one, whether or not it is there. */
  touch(item: Item): void {
    if (item === this.#newest) return;
    if (item === this.#oldest || item.older !== undefined) this.remove(item);
    item.older = this.#newest;
    if (this.#newest !== undefined) this.#newest.newer = item;
    this.#newest = item;
    this.#oldest ??= item;
  }

  remove(item: Item): void {
    if (item.older === undefined) this.#oldest = item.newer;
    else item.older.newer = item.newer;
    if (item.newer === undefined) this.#newest = item.older;
    else item.newer.older = item.older;
    item.older = undefined;
    item.newer = undefined;
  }
}

/** A map that is copied before its first change: what it was made from stays as it is. */
export class CopiedMap<K, V> {
  map: ReadonlyMap<K, V>
  #own: Map<K, V> | null = null

  constructor(map: ReadonlyMap<K, V>) {
    this.map = map
  }

  has(key: K): boolean {
    return this.map.has(key)
  }

  get(key: K): V | undefined {
    return this.map.get(key)
  }

  set(key: K, value: V): void {
    this.#mutable().set(key, value)
  }

  delete(key: K): void {
    this.#mutable().delete(key)
  }

  #mutable(): Map<K, V> {
    if (this.#own === null) {
      this.#own = new Map(this.map)
      this.map = this.#own
    }
    return this.#own
  }
}

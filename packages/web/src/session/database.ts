const store = 'values'

/** Values of this page by their keys, in IndexedDB; where the browser lets nothing be kept, until the page is closed. */
export interface Values {
  get(key: string): Promise<unknown>
  set(key: string, value: unknown): Promise<void>
  delete(key: string): Promise<void>
  /** All keys that begin so. */
  keys(prefix: string): Promise<readonly string[]>
}

export async function openValues(name: string): Promise<Values> {
  try {
    const opening = indexedDB.open(name, 1)
    opening.addEventListener('upgradeneeded', () => opening.result.createObjectStore(store))
    return new KeptValues(await done(opening))
  } catch {
    return passingValues()
  }
}

/** They are gone with the page. */
export function passingValues(): Values {
  return new PassingValues()
}

class KeptValues implements Values {
  readonly #database: IDBDatabase

  constructor(database: IDBDatabase) {
    this.#database = database
  }

  get(key: string): Promise<unknown> {
    return done(this.#store('readonly').get(key) as IDBRequest<unknown>)
  }

  async set(key: string, value: unknown): Promise<void> {
    await done(this.#store('readwrite').put(value, key))
  }

  async delete(key: string): Promise<void> {
    await done(this.#store('readwrite').delete(key))
  }

  async keys(prefix: string): Promise<readonly string[]> {
    const range = IDBKeyRange.bound(prefix, `${prefix}\uffff`)
    return (await done(this.#store('readonly').getAllKeys(range))).map(String)
  }

  #store(mode: IDBTransactionMode): IDBObjectStore {
    return this.#database.transaction(store, mode).objectStore(store)
  }
}

class PassingValues implements Values {
  readonly #values = new Map<string, unknown>()

  async get(key: string): Promise<unknown> {
    return this.#values.get(key)
  }

  async set(key: string, value: unknown): Promise<void> {
    this.#values.set(key, value)
  }

  async delete(key: string): Promise<void> {
    this.#values.delete(key)
  }

  async keys(prefix: string): Promise<readonly string[]> {
    return [...this.#values.keys()].filter((key) => key.startsWith(prefix))
  }
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result))
    request.addEventListener('error', () => reject(request.error ?? new Error('the browser keeps nothing')))
  })
}

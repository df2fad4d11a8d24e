/** A value that outlives the window: kept in local storage under a key, parsed when read. */
export class Persisted<T> {
  readonly #key: string;
  #value: T;

  constructor(key: string, initial: T, parse: (stored: unknown) => T | undefined) {
    this.#key = `redoubt.${key}`;
    this.#value = $state.raw(readStored(this.#key, parse) ?? initial);
  }

  get current(): T {
    return this.#value;
  }

  set current(value: T) {
    this.#value = value;
    try {
      localStorage.setItem(this.#key, JSON.stringify(value));
    } catch {
      // A full or forbidden storage loses the setting at the next start, nothing more.
    }
  }
}

function readStored<T>(key: string, parse: (stored: unknown) => T | undefined): T | undefined {
  try {
    const text = localStorage.getItem(key);
    return text === null ? undefined : parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

// A value that changes, and those who want to know: the state container of this package.

/** A readable value with change notification, fit for React's `useSyncExternalStore`. */
export interface Store<T> {
  /** The value now; the same object until something changed. */
  get(): T;
  /** Calls `listener` after each change. Returns the function that stops it. */
  subscribe(listener: () => void): () => void;
}

/** A {@link Store} that its owner changes. */
export interface WritableStore<T> extends Store<T> {
  /** Takes a new value; listeners are called when it is another one. */
  set(next: T): void;
  /** Changes some fields; nothing happens when all are the same already. */
  patch(fields: Partial<T>): void;
}

/** Makes a store. A listener that throws does not keep the others from hearing. */
export function createStore<T extends object>(initial: T): WritableStore<T> {
  let value = initial;
  const listeners = new Set<() => void>();
  const set = (next: T): void => {
    if (Object.is(next, value)) return;
    value = next;
    for (const listener of [...listeners]) {
      try {
        listener();
      } catch (error) {
        // Shows as an uncaught error, as it would without the others.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  };
  return {
    get: () => value,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    set,
    patch(fields) {
      const keys = Object.keys(fields) as (keyof T)[];
      if (keys.some((key) => !Object.is(fields[key], value[key]))) set({ ...value, ...fields });
    },
  };
}

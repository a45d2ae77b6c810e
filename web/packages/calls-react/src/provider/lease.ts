// Something that lives as long as a component is mounted, and is not made twice by StrictMode.

/** Holds one thing between the first `acquire` and the last `release`. */
export interface Lease<T> {
  /** Gives the thing, made at the first call. */
  acquire(): T;
  /** Ends it, unless it is acquired again before the running task is over. */
  release(): void;
}

/**
 * Makes a lease. React's StrictMode unmounts and mounts every component once, in one task; a lease that is
 * acquired again in that task goes on, so a call is not left and started anew.
 */
export function createLease<T>(make: () => T, end: (thing: T) => void): Lease<T> {
  let held: { readonly thing: T } | null = null;
  let holders = 0;
  return {
    acquire() {
      holders += 1;
      held ??= { thing: make() };
      return held.thing;
    },
    release() {
      holders -= 1;
      queueMicrotask(() => {
        if (holders > 0 || held === null) return;
        const { thing } = held;
        held = null;
        end(thing);
      });
    },
  };
}

// Reads a part of a store and renders again only when that part changes.

import type { Store } from "@aethex/calls-client";
import { useCallback, useRef, useSyncExternalStore } from "react";

/**
 * A part of a store's value. The component renders again when `selector` gives something else, as told by
 * `equal` (`Object.is` when left out).
 *
 * @param store - The store to read; another one may be given later.
 * @param selector - Picks or computes; cheap, without side effects. It need not be stable.
 * @param equal - Whether two picks are the same; needed when `selector` makes new objects.
 */
export function useSelector<T, S>(
  store: Store<T>,
  selector: (value: T) => S,
  equal: (a: S, b: S) => boolean = Object.is,
): S {
  const last = useRef<{ readonly picked: S } | null>(null);
  const subscribe = useCallback((listener: () => void) => store.subscribe(listener), [store]);
  const read = (): S => {
    const picked = selector(store.get());
    const before = last.current;
    if (before !== null && equal(before.picked, picked)) return before.picked;
    last.current = { picked };
    return picked;
  };
  return useSyncExternalStore(subscribe, read, read);
}

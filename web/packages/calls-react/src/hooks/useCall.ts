// Reads the state of the call around.

import type { CallState } from "@aethex/calls-client";
import { useSelector, useSession } from "../store/index.js";

/**
 * A part of the call's state; renders again only when that part changes.
 *
 * @param selector - Picks or computes.
 * @param equal - Whether two picks are the same; needed when `selector` makes new objects.
 * @throws Error outside of a `SessionProvider`.
 */
export function useCall<S>(selector: (state: CallState) => S, equal?: (a: S, b: S) => boolean): S {
  return useSelector(useSession().store, selector, equal);
}

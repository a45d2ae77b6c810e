// Reads what is known while in no call: rings, missed calls, presence.

import type { ClientState } from "@aethex/calls-client";
import { useCallClient } from "../provider/client.js";
import { useSelector } from "../store/index.js";

/**
 * A part of the client's state; renders again only when that part changes.
 *
 * @throws Error outside of a `CallProvider`.
 */
export function useClientState<S>(selector: (state: ClientState) => S, equal?: (a: S, b: S) => boolean): S {
  return useSelector(useCallClient().store, selector, equal);
}

// The call that this device is in.

import type { CallSession } from "@aethex/calls-client";
import { useCallClient } from "../provider/client.js";
import { useSelector } from "../store/index.js";

/** The call this device is in, or the one that has just ended; null when there is none. */
export function useCurrentSession(): CallSession | null {
  return useSelector(useCallClient().session, (value) => value.current);
}

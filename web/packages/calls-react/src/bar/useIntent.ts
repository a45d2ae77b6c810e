// Does what a person asked for, from a button.

import type { Intent } from "@aethex/calls-client";
import { useCallback } from "react";
import { useSession } from "../store/index.js";

/**
 * Dispatches an intent. A refusal needs no handling here: it is in the state, as the error of the device or
 * as a notice, and is worded there.
 */
export function useIntent(): (intent: Intent) => void {
  const session = useSession();
  return useCallback(
    (intent) => {
      session.dispatch(intent).catch(() => undefined);
    },
    [session],
  );
}

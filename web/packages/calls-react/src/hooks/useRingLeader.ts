// Chooses the one tab that makes a sound.

import { browserFeatures } from "@aethex/calls-client";
import { useEffect, useState } from "react";

/**
 * Whether this tab is the one that rings. Of all tabs of an origin that use the same `scope` one at a time
 * is; when it closes another takes over (Web Locks). Where there are no locks every tab is.
 *
 * @param scope - Tells different people or products on one origin apart.
 */
export function useRingLeader(scope = "default"): boolean {
  const [leading, setLeading] = useState(() => !browserFeatures().locks);
  useEffect(() => {
    if (!browserFeatures().locks) return;
    const waiting = new AbortController();
    let letGo = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    navigator.locks
      .request(`aethex-calls-ring-${scope}`, { signal: waiting.signal }, () => {
        if (waiting.signal.aborted) return undefined;
        setLeading(true);
        return held;
      })
      .catch(() => {
        if (!waiting.signal.aborted) setLeading(true); // no lock to be had: better two tabs ring than none
      });
    return () => {
      waiting.abort();
      letGo();
      setLeading(false);
    };
  }, [scope]);
  return leading;
}

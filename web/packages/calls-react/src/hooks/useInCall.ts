// Whether this device is in a call now.

import { useCallback, useRef, useSyncExternalStore } from "react";
import { useCallClient } from "../provider/client.js";

/** True from the start, or the answer, of a call until it has ended. */
export function useInCall(): boolean {
  const client = useCallClient();
  const stopSession = useRef<() => void>(() => undefined);
  const subscribe = useCallback(
    (listener: () => void) => {
      const follow = (): void => {
        stopSession.current();
        stopSession.current = client.session.get().current?.store.subscribe(listener) ?? (() => undefined);
      };
      follow();
      const stop = client.session.subscribe(() => {
        follow();
        listener();
      });
      return () => {
        stop();
        stopSession.current();
      };
    },
    [client],
  );
  const read = (): boolean => {
    const { current } = client.session.get();
    return current !== null && current.store.get().phase !== "ended";
  };
  return useSyncExternalStore(subscribe, read, () => false);
}

// Whether a track gives nothing at the moment.

import { useCallback, useSyncExternalStore } from "react";

/** True while no frames arrive (`MediaStreamTrack.muted`); false without a track. */
export function useTrackMuted(track: MediaStreamTrack | null): boolean {
  const subscribe = useCallback(
    (listener: () => void) => {
      track?.addEventListener("mute", listener);
      track?.addEventListener("unmute", listener);
      return () => {
        track?.removeEventListener("mute", listener);
        track?.removeEventListener("unmute", listener);
      };
    },
    [track],
  );
  return useSyncExternalStore(
    subscribe,
    () => track?.muted ?? false,
    () => false,
  );
}

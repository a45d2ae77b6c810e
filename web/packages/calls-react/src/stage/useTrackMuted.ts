// Whether a track that gave something gives nothing at the moment.

import { useCallback, useSyncExternalStore } from "react";

/** Tracks that gave something. */
const begun = new WeakSet<MediaStreamTrack>();

/** Browsers begin with `muted`, until the first frame: what has not begun has not stopped. */
function hasStopped(track: MediaStreamTrack): boolean {
  if (!track.muted) begun.add(track);
  return track.muted && begun.has(track);
}

/** True while no frames arrive any more (`MediaStreamTrack.muted`); false before the first, and without a track. */
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
    () => track !== null && hasStopped(track),
    () => false,
  );
}

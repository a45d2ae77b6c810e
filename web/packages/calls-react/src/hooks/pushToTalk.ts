// Talking while a key is held: switches the microphone off again whatever happens.

import type { CallSession } from "@aethex/calls-client";

/** Holding a key to talk. */
export interface PushToTalk {
  /** The key went down. Does nothing when the microphone is on anyway. */
  press(): void;
  /** The key went up, or cannot be trusted to come up. */
  release(): void;
}

/** The microphone is on between `press` and `release`, when it was off before. */
export function createPushToTalk(session: CallSession): PushToTalk {
  let talking = false;
  const set = (enabled: boolean): void => {
    // A refusal shows as the microphone's error in the state.
    session.dispatch({ type: "set-microphone", enabled }).catch(() => undefined);
  };
  return {
    press() {
      if (talking || session.store.get().local.microphone.wanted) return;
      talking = true;
      set(true);
    },
    release() {
      if (!talking) return;
      talking = false;
      set(false);
    },
  };
}

/** Calls `release` whenever the end of the key press could be missed. Returns the function that stops it. */
export function releaseWhenAway(release: () => void): () => void {
  const places: readonly (readonly [EventTarget | undefined, string])[] = [
    [window, "blur"],
    [window, "pagehide"],
    [document, "visibilitychange"],
    [navigator.mediaDevices, "devicechange"],
  ];
  for (const [place, event] of places) place?.addEventListener(event, release);
  return () => {
    for (const [place, event] of places) place?.removeEventListener(event, release);
  };
}

// Makes the sound of a ring while it is wanted.

import { useEffect, useState } from "react";
import { createRinger } from "../sound/ringer.js";
import type { ToneKind } from "../sound/tones.js";

/** How a ring is heard and felt. */
export interface RingSound {
  /** 0 to 1. */
  readonly volume: number;
  /** Also shakes the device, where it can. */
  readonly vibrate: boolean;
}

/** Milliseconds on, off, on, and a pause until the next ring. */
const SHAKE = [400, 200, 400, 2200] as const;

/** Sounds while `kind` is not null; one sound at a time. */
export function useRingSound(kind: ToneKind | null, { volume, vibrate }: RingSound): void {
  const [ringer] = useState(() => createRinger());
  useEffect(() => {
    if (kind === null || volume <= 0 || typeof AudioContext === "undefined") return;
    ringer.start(kind, { volume });
    return () => ringer.stop();
  }, [ringer, kind, volume]);
  useEffect(() => {
    if (kind !== "incoming" || !vibrate || typeof navigator.vibrate !== "function") return;
    const period = SHAKE.reduce((sum, part) => sum + part, 0);
    const shake = (): void => {
      // Before the first click browsers refuse it, aloud.
      if (navigator.userActivation?.hasBeenActive !== false) navigator.vibrate([...SHAKE]);
    };
    shake();
    const timer = setInterval(shake, period);
    return () => {
      clearInterval(timer);
      if (navigator.userActivation?.hasBeenActive !== false) navigator.vibrate(0);
    };
  }, [kind, vibrate]);
  useEffect(() => () => ringer.close(), [ringer]);
}

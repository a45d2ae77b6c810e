// How good a connection is.

import type { LinkStats, Quality } from "@aethex/calls-client";
import { shallowEqual } from "../store/index.js";
import { useCall } from "./useCall.js";

/** A grade with the measurements behind it. */
export interface MeasuredQuality {
  /** Null until it was measured. */
  readonly quality: Quality | null;
  /** Of the own media connection with the participant; null for oneself and before the first sample. */
  readonly stats: LinkStats | null;
}

/**
 * The quality that a participant reports, with the own measurements; without `userId` the worst of all own
 * media connections.
 */
export function useConnectionQuality(userId?: string): MeasuredQuality {
  return useCall((state) => {
    if (userId === undefined) return { quality: state.quality, stats: null };
    const participant = state.participants.find((one) => one.userId === userId);
    return { quality: participant?.quality ?? null, stats: participant?.link?.stats ?? null };
  }, shallowEqual);
}

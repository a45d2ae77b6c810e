// What is the matter with a participant, as one word.

import type { ParticipantState } from "@aethex/calls-client";

/** From the outside in: not there yet, no connection, not enough of it. */
export type Condition =
  | "calling"
  | "ringing"
  | "busy"
  | "connecting"
  | "reconnecting"
  | "failed"
  | "low-bandwidth"
  | "paused";

/**
 * The gravest condition of a participant; null when all is well.
 *
 * @param stalled - No frames of their camera arrive.
 */
export function conditionOf(participant: ParticipantState, stalled: boolean): Condition | null {
  const { isSelf, status, busy, connection, link, mediaState, cameraTrack, cameraPaused } = participant;
  if (isSelf) return null;
  if (status === "invited" || status === "ringing") {
    if (busy) return "busy";
    return status === "ringing" ? "ringing" : "calling";
  }
  if (status !== "joined") return null;
  if (link?.status === "failed") return "failed";
  if (connection === "reconnecting" || link?.status === "interrupted") return "reconnecting";
  if (link?.status === "connecting") return "connecting";
  if (!mediaState.videoEnabled) return null;
  if (cameraPaused === "bandwidth") return "low-bandwidth";
  if (cameraPaused === "sender") return "paused";
  // `hidden` is this device's own wish: frames come as soon as it is seen.
  return cameraPaused === null && cameraTrack !== null && stalled ? "low-bandwidth" : null;
}

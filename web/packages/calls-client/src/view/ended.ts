// How and why a call is over for somebody, read from the view.

import type { Ended } from "../state.js";
import { type CallView, participantOf } from "./callView.js";

/**
 * How the call is over for `selfId`: it ended, or they left it. Null while neither holds. Somebody who comes
 * (back) into a running call is still `left` in the view until the server has let them in: ask only after
 * that, or look at the status of the call instead.
 */
export function endedOf(view: CallView, selfId: string): Ended | null {
  if (view.endedAt !== null) {
    return {
      reason: view.endReason ?? view.status,
      endedBy: view.endedBy,
      durationSeconds: view.duration ?? 0,
      error: null,
      joinable: false,
    };
  }
  const self = participantOf(view, selfId);
  if (self?.status !== "left") return null;
  const reason = self.leftReason ?? "left";
  return {
    reason,
    endedBy: null,
    durationSeconds: secondsBetween(view.startedAt, self.leftAt),
    error: null,
    joinable: view.status === "active" && reason !== "removed",
  };
}

function secondsBetween(from: string | null, to: string | null): number {
  if (from === null || to === null) return 0;
  const seconds = Math.floor((Date.parse(to) - Date.parse(from)) / 1000);
  return Number.isFinite(seconds) ? Math.max(0, seconds) : 0;
}

// How a call is over for this device, from each of the ways it can be.

import { CallError, SFU_UNREACHABLE_MESSAGE } from "../errors.js";
import type { Ended } from "../state.js";
import { type CallView, endedOf } from "../view/index.js";
import type { RingStoppedEvent } from "../wire/index.js";

/** The request to start, answer or come back was refused, or never answered. */
export function endedByError(cause: unknown): Ended {
  const error =
    cause instanceof CallError ? cause : new CallError("Unreachable", "The call did not begin.", { cause });
  const call = error.refusal?.call;
  return {
    reason: call?.endReason ?? "refused",
    endedBy: call?.endedBy ?? null,
    durationSeconds: call?.duration ?? 0,
    error,
    joinable: call?.status === "active",
  };
}

/** The server took the call from this device. */
export function endedByStop(event: RingStoppedEvent, durationSeconds: number): Ended {
  const error = event.reason === "removed" ? new CallError("Kicked", "Removed from the call") : null;
  return { reason: event.reason, endedBy: null, durationSeconds, error, joinable: event.joinable };
}

/** The server says that this participant is no longer in the call; null while they are. */
export function endedByServer(view: CallView, selfId: string): Ended | null {
  const ended = endedOf(view, selfId);
  if (ended?.reason === "removed") {
    return { ...ended, error: new CallError("Kicked", "Removed from the call") };
  }
  // One's own connection with the server; of a call that failed as a whole the reason says enough.
  return ended?.reason === "connection-failed" && view.endedAt === null
    ? { ...ended, error: new CallError("IceFailed", SFU_UNREACHABLE_MESSAGE) }
    : ended;
}

/** The person hung up; the server's account completes it. Of a call of more than two, one leaves. */
export function endedLocally(view: CallView | null, selfId: string | null, durationSeconds: number): Ended {
  const answered = view !== null && view.startedAt !== null;
  const stays = answered && view.participants.filter((one) => one.status === "joined").length > 2;
  return {
    reason: stays ? "left" : answered ? "ended-by-user" : "cancelled",
    endedBy: stays ? null : selfId,
    durationSeconds,
    error: null,
    joinable: stays,
  };
}

// What a host product is told at the end of a call.

import type { CallState, CallStatus } from "@aethex/calls-client";

/** The argument of `onCallEnd`: the founding fields of `call:ended`, and how long and how it was. */
export interface CallEnd {
  /** Null when the server never named the call: it could not be started. */
  readonly callId: string | null;
  /** Words that are not listed in the wire contract may come. */
  readonly reason: string;
  /** Who ended it; null for nobody. */
  readonly endedBy: string | null;
  /** Whole seconds since the first answer; 0 when never answered. */
  readonly duration: number;
  /** What the call is now, where the reason tells. */
  readonly status?: CallStatus;
}

const STATUS: Readonly<Record<string, CallStatus>> = {
  "ended-by-user": "ended",
  "ended-by-host": "ended",
  "last-left": "ended",
  "alone-timeout": "ended",
  "max-duration": "ended",
  "connection-lost": "ended",
  cancelled: "missed",
  timeout: "missed",
  rejected: "rejected",
  declined: "rejected",
  busy: "rejected",
  capacity: "failed",
  "connection-failed": "failed",
};

/** The end of a call; null while it has not ended. */
export function callEndOf(state: Pick<CallState, "callId" | "ended">): CallEnd | null {
  const { callId, ended } = state;
  if (ended === null) return null;
  const { reason, endedBy, durationSeconds } = ended;
  const status = STATUS[reason];
  return {
    callId,
    reason,
    endedBy,
    duration: durationSeconds,
    ...(status === undefined ? {} : { status }),
  };
}

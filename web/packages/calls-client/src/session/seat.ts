// What a tab remembers of its call over a reload.

import type { LocalState } from "../state.js";
import type { CallView } from "../view/index.js";

/** Enough to take the same seat again. */
export interface Seat {
  readonly callId: string;
  readonly resumeToken: string;
  readonly lastSeq: number;
  readonly microphone: boolean;
  readonly camera: boolean;
}

/** The part of `sessionStorage` that is used: it lives as long as the tab, and is the tab's own. */
export type SeatStorage = Pick<Storage, "getItem" | "setItem" | "removeItem">;

const KEY = "aethex-connect.seat";

/** Reads the seat; null when there is none, or it cannot be read. */
export function readSeat(storage: SeatStorage | null): Seat | null {
  try {
    const text = storage?.getItem(KEY) ?? null;
    if (text === null) return null;
    const seat: unknown = JSON.parse(text);
    return isSeat(seat) ? seat : null;
  } catch {
    // Storage may be forbidden, or hold something else: then there is no seat.
    return null;
  }
}

/** Writes the seat down, or forgets it. A tab without storage just cannot come back by itself. */
export function writeSeat(storage: SeatStorage | null, seat: Seat | null): void {
  try {
    if (seat === null) storage?.removeItem(KEY);
    else storage?.setItem(KEY, JSON.stringify(seat));
  } catch (error) {
    console.debug("the seat was not written down", error);
  }
}

/** What there is to remember of a call. */
export function seatOf(view: CallView, resumeToken: string, { microphone, camera }: LocalState): Seat {
  return {
    callId: view.callId,
    resumeToken,
    lastSeq: view.rev,
    microphone: microphone.wanted,
    camera: camera.wanted,
  };
}

function isSeat(value: unknown): value is Seat {
  if (typeof value !== "object" || value === null) return false;
  const { callId, resumeToken, lastSeq, microphone, camera } = value as Record<string, unknown>;
  return (
    typeof callId === "string" &&
    typeof resumeToken === "string" &&
    typeof lastSeq === "number" &&
    typeof microphone === "boolean" &&
    typeof camera === "boolean"
  );
}

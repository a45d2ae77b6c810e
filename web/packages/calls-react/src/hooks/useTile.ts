// One thing about one participant.

import type { ParticipantState } from "@aethex/calls-client";
import { useCall } from "./useCall.js";

/**
 * A part of what is known about a participant; undefined when they are not part of the call. A component
 * that asks for a name is not rendered again when somebody's camera changes.
 */
export function useTile<S>(
  userId: string,
  selector: (participant: ParticipantState) => S,
  equal: (a: S, b: S) => boolean = Object.is,
): S | undefined {
  return useCall(
    (state) => {
      const participant = state.participants.find((one) => one.userId === userId);
      return participant === undefined ? undefined : selector(participant);
    },
    (a, b) => (a === undefined || b === undefined ? a === b : equal(a, b)),
  );
}

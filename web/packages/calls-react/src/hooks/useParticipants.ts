// The people of the call.

import type { ParticipantState } from "@aethex/calls-client";
import { shallowEqual } from "../store/index.js";
import { useCall } from "./useCall.js";

/**
 * The participants in the order of the call, oneself included; `filter` picks some. The list is the same
 * object until somebody in it changed.
 */
export function useParticipants(
  filter?: (participant: ParticipantState) => boolean,
): readonly ParticipantState[] {
  return useCall(
    (state) => (filter === undefined ? state.participants : state.participants.filter(filter)),
    shallowEqual,
  );
}

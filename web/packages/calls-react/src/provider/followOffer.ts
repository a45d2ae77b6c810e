// Does what the screen after a call offered.

import type { CallClient, CallSession, CallState } from "@aethex/calls-client";
import type { EndedOffer } from "../words/endedText.js";
import { newKey } from "./newKey.js";

/**
 * Begins the call that was offered.
 *
 * @param state - Of the call that ended.
 * @throws Error when nothing is known that could be called or joined; such an offer is never made.
 */
export function followOffer(
  client: CallClient,
  state: CallState,
  offer: Exclude<EndedOffer, null>,
): CallSession {
  const running = state.ended?.error?.refusal?.callId;
  if (offer === "join-running" && running !== undefined) return client.answer(running);
  const again = offer === "rejoin" || (offer === "try-again" && state.direction === "incoming");
  if (again && state.callId !== null) return client.answer(state.callId);
  const { conversationId, type } = state;
  if (conversationId === null) throw new Error("The call has no conversation to call again.");
  return client.start({ conversationId, type, idempotencyKey: newKey() });
}

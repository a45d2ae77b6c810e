// The state of a session before the server has said anything.

import type { CallState } from "../state.js";
import type { Opening, SessionDeps } from "./deps.js";

/** What is known from the request alone. */
export function initialState(opening: Opening, deps: SessionDeps): CallState {
  const ring = opening.kind === "answer" ? opening.ring : null;
  return {
    phase: "starting",
    callId:
      opening.kind === "start" ? null : opening.kind === "resume" ? opening.seat.callId : opening.callId,
    conversationId:
      opening.kind === "start" ? opening.options.conversationId : (ring?.conversationId ?? null),
    type: opening.kind === "start" ? (opening.options.type ?? "audio") : (ring?.type ?? "audio"),
    direction: opening.kind === "start" ? "outgoing" : "incoming",
    selfId: null,
    host: null,
    rung: false,
    startedAtMs: null,
    participants: [],
    local: deps.media.store.get(),
    capabilities: new Set(),
    signalling: "connected",
    quality: null,
    qualityChoice: "auto",
    topology: "mesh",
    speakers: [],
    reactions: [],
    notices: [],
    ended: null,
  };
}

// The state of a call, computed anew from everything it is made of; what did not change stays the same object.

import type { CallError } from "../errors.js";
import type { CallState, LocalState } from "../state.js";
import { type CallView, capabilitiesOf } from "../view/index.js";
import type { MediaState } from "../wire/index.js";
import { type News, standingNotices } from "./notices.js";
import { type LinkFacts, participantStates, phaseOf } from "./participants.js";

/** Everything the state is made of, beside what it says already. */
export interface StateSources {
  readonly view: CallView | null;
  readonly selfId: string | null;
  readonly links: ReadonlyMap<string, LinkFacts>;
  readonly local: LocalState;
  readonly wanted: MediaState;
  readonly over: boolean;
  readonly signallingLost: boolean;
  readonly audioBlocked: boolean;
  readonly turnError: CallError | null;
  readonly sfuError: CallError | null;
  readonly volumes: ReadonlyMap<string, number>;
  readonly news: News;
  /** The server's clock minus this device's, in milliseconds. */
  readonly clockOffset: number;
}

const NONE: CallState["notices"] = [];

/** Only the server hears who is speaking. */
const NOBODY: CallState["speakers"] = [];

/** The next state; `before` itself when nothing changed. */
export function nextState(before: CallState, sources: StateSources): CallState {
  const { view, selfId, local } = sources;
  const { quality } = before;
  const speakers = view?.topology === "mesh" ? NOBODY : before.speakers;
  const phase = phaseOf(sources);
  const participants =
    view === null
      ? before.participants
      : participantStates({ ...sources, view, quality, speakers }, before.participants);
  const facts = { ...sources, phase, participants, quality };
  const next: CallState = {
    ...before,
    ...(view === null ? {} : told(view, before, sources.clockOffset)),
    phase,
    participants,
    speakers,
    local,
    selfId,
    signalling: sources.signallingLost ? "reconnecting" : "connected",
    notices:
      phase === "ended"
        ? NONE
        : sources.news.shown(standingNotices(facts), before.notices, local.microphone.wanted),
  };
  const role = participants.find((one) => one.isSelf)?.role;
  const roleBefore = before.participants.find((one) => one.isSelf)?.role;
  const changed = role !== undefined && role !== roleBefore;
  return settled(before, changed ? { ...next, capabilities: capabilitiesOf(role) } : next);
}

/** What of the state is the server's. */
function told(view: CallView, before: CallState, clockOffset: number): Partial<CallState> {
  const { callId, type, host, startedAt, topology } = view;
  const startedAtMs = startedAt === null ? null : Date.parse(startedAt) - clockOffset;
  return {
    callId,
    conversationId: view.conversationId ?? before.conversationId,
    type,
    host,
    topology,
    rung: view.participants.some((one) => one.status === "ringing") || view.status === "active",
    // A timer does not jump when the offset of the clocks is measured again.
    startedAtMs: before.startedAtMs ?? startedAtMs,
  };
}

function settled(before: CallState, next: CallState): CallState {
  const keys = Object.keys(next) as (keyof CallState)[];
  return keys.every((key) => Object.is(before[key], next[key])) ? before : next;
}

// Brings events into order: keeps what comes early, asks once for what is missing.

import type { CallBody, LoggedEvent, QualityEvent, StateEvent } from "../wire/index.js";
import type { CallView } from "./callView.js";
import { fold } from "./fold.js";
import { type NumberedEvent, readLoggedEvent, readNumberedEvent } from "./numberedEvent.js";
import { viewOfCall, viewOfIncoming } from "./origin.js";
import { applyQuality, applyView } from "./snapshot.js";

/**
 * How many early events are kept. More costs memory for each call with a gap; fewer makes a second question
 * likelier when many people come at once. A call of 20 people says about 80 events while all of them join.
 */
export const KEPT_AT_MOST = 256;

/** The view of one call and what waits for it. Owned by whoever lives the call; never changed in place. */
export interface SequencerState {
  /** Null until the first {@link SequencerInput} that holds a view; events before it are kept. */
  readonly view: CallView | null;
  /** Events that came early, at most {@link KEPT_AT_MOST}; the farthest ones are let go first. */
  readonly ahead: readonly NumberedEvent[];
  /** The newest number of the call ever seen, kept or not; 0 without a view. */
  readonly newest: number;
  /** The `lastSeq` of the {@link SequencerEffect} `resync` that is under way; null while none is. */
  readonly asked: number | null;
}

/** What can happen. */
export type SequencerInput =
  /** A socket event of any name; one without a number changes nothing. */
  | { readonly type: "event"; readonly name: string; readonly payload: unknown }
  /** A view from a ring or an answer (`viewOfIncoming`, `viewOfInitiate`, `viewOfAnswer`). */
  | { readonly type: "view"; readonly view: CallView }
  /** A whole call that nobody asked for (`call:state`, the body with a conflict). */
  | { readonly type: "snapshot"; readonly call: CallBody | StateEvent }
  /** The answer to `resync`: of `call:resume` with its events, of `call:get` without. */
  | { readonly type: "resynced"; readonly call: CallBody; readonly events?: readonly LoggedEvent[] }
  /** The answer to `resync` did not come; the next event that shows the gap asks again. */
  | { readonly type: "resync-failed" }
  /** `call:quality`. */
  | { readonly type: "quality"; readonly event: QualityEvent };

/** What is to be done. */
export type SequencerEffect =
  /** Ask for the events after `lastSeq` (`call:resume`) or the whole call (`call:get`). */
  | { readonly type: "resync"; readonly callId: string; readonly lastSeq: number }
  /** This event is in the view now. What a snapshot covered is never told: nobody needs to hear of it late. */
  | { readonly type: "folded"; readonly event: NumberedEvent };

/** The state after an input, and what is to be done about it. */
export interface Sequenced {
  readonly state: SequencerState;
  readonly effects: readonly SequencerEffect[];
}

/** A sequencer at its beginning. */
export function newSequencer(view: CallView | null = null): SequencerState {
  return { view, ahead: [], newest: view?.rev ?? 0, asked: null };
}

/** Takes one thing in. Duplicates and any order of events are harmless; the state given stays as it is. */
export function sequence(state: SequencerState, input: SequencerInput): Sequenced {
  switch (input.type) {
    case "event":
      return received(state, input.name, input.payload);
    case "view":
      return settle(adopt(state, input.view));
    case "snapshot":
      return settle(adopt(state, viewOfCall(input.call)));
    case "resynced":
      return resynced(state, input.call, input.events ?? []);
    case "resync-failed":
      return { state: { ...state, asked: null }, effects: [] };
    case "quality":
      return {
        state: state.view === null ? state : look(state, applyQuality(state.view, input.event)),
        effects: [],
      };
  }
}

function received(state: SequencerState, name: string, payload: unknown): Sequenced {
  const event = readNumberedEvent(name, payload);
  if (event === null) return { state, effects: [] };
  const { change } = event;
  // A ring holds the whole call, and the number of the newest event in it: it is no step of its own.
  if (change?.name === "call:incoming") return settle(adopt(state, viewOfIncoming(change.payload)));
  return settle(keep(state, event));
}

function resynced(state: SequencerState, call: CallBody, events: readonly LoggedEvent[]): Sequenced {
  const logged = events.map((one) => readLoggedEvent(call.id, one)).filter((one) => one !== null);
  // First one by one, so that each is told; then the whole, which wins.
  const { state: folded, effects } = advance(logged.reduce(keep, state));
  const next = { ...adopt(folded, viewOfCall(call)), asked: null };
  // An answer that brought nothing since the question: asking at once would only ask in circles.
  const stuck = state.asked !== null && next.view?.rev === state.asked && next.view.whole;
  const last = stuck ? advance(next) : settle(next);
  return { state: last.state, effects: [...effects, ...last.effects] };
}

const adopt = (state: SequencerState, view: CallView): SequencerState =>
  look(state, state.view === null ? view : applyView(state.view, view));

/** Takes a view over. */
function look(state: SequencerState, view: CallView): SequencerState {
  if (view === state.view) return state;
  const early = state.ahead.filter((one) => one.callId === view.callId).map((one) => one.seq);
  return { ...state, view, newest: Math.max(state.newest, view.rev, ...early) };
}

/** Notes an event that is not in the view yet. */
function keep(state: SequencerState, event: NumberedEvent): SequencerState {
  const { view } = state;
  if (view !== null && (event.callId !== view.callId || event.seq <= view.rev)) return state;
  const newest = view === null ? 0 : Math.max(state.newest, event.seq);
  if (state.ahead.some((one) => one.seq === event.seq && one.callId === event.callId)) return state;
  const ahead = [...state.ahead, event].sort((one, other) => one.seq - other.seq).slice(0, KEPT_AT_MOST);
  return { ...state, ahead, newest };
}

/** Folds what is next, and asks when something is missing. */
function settle(before: SequencerState): Sequenced {
  const { state, effects } = advance(before);
  const { view } = state;
  const complete = view === null || (view.whole && state.newest <= view.rev);
  if (complete || state.asked !== null) return { state, effects };
  const resync: SequencerEffect = { type: "resync", callId: view.callId, lastSeq: view.rev };
  return { state: { ...state, asked: view.rev }, effects: [...effects, resync] };
}

/** Folds the kept events that are next, as far as they reach, and forgets those that the view has. */
function advance(state: SequencerState): Sequenced {
  if (state.view === null || state.ahead.length === 0) return { state, effects: [] };
  let view = state.view;
  const effects: SequencerEffect[] = [];
  for (const event of state.ahead) {
    const result = event.callId === view.callId ? fold(view, event) : { duplicate: true };
    if ("gap" in result) break;
    if (!("view" in result)) continue;
    view = result.view;
    effects.push({ type: "folded", event });
  }
  const { rev, callId } = view;
  const ahead = state.ahead.filter((one) => one.seq > rev && one.callId === callId);
  return { state: { ...state, view, ahead }, effects };
}

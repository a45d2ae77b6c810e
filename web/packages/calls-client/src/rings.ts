// Who is calling: the rings that this device shows.

import type { Clock } from "./clock.js";
import type { ClientState, Ring } from "./state.js";
import type { WritableStore } from "./store.js";
import { type CallView, fold, readNumberedEvent, viewOfCall, viewOfIncoming } from "./view/index.js";
import type {
  IncomingEvent,
  RingStoppedEvent,
  ServerEvents,
  StateEvent,
  StateEventName,
} from "./wire/index.js";

/** The server takes a ring back by itself; this is for the case that its word does not arrive. */
const OVERDUE_MS = 5_000;

/** A longer timer fires at once (HTML §8.7). */
const LONGEST_TIMER_MS = 0x7fff_ffff;

interface Known {
  readonly ring: Ring;
  view: CallView;
  readonly cancel: () => void;
}

/** Keeps `rings` of the client's state. No media is touched here: a ring opens nothing. */
export class Rings {
  readonly #store: WritableStore<ClientState>;
  readonly #clock: Clock;
  readonly #selfId: () => string | null;
  readonly #known = new Map<string, Known>();

  constructor(store: WritableStore<ClientState>, clock: Clock, selfId: () => string | null) {
    this.#store = store;
    this.#clock = clock;
    this.#selfId = selfId;
  }

  /** Somebody calls. */
  incoming(event: IncomingEvent): void {
    if (event.initiatedBy === this.#selfId()) return;
    this.#show(viewOfIncoming(event), {
      ...ringOf(event),
      callerName: event.callerName,
      callerIdentifier: event.callerIdentifier,
      soft: event.busy,
      silent: false,
      expiresAtMs: this.#clock.now() + event.ringTimeoutMs,
    });
  }

  /** Any other state event of any call. */
  hear<Name extends StateEventName>(name: Name, payload: ServerEvents[Name]): void {
    const known = this.#known.get(payload.callId);
    const event = known === undefined ? null : readNumberedEvent(name, payload);
    if (event === null || known === undefined) return;
    const folded = fold(known.view, event);
    if ("view" in folded) known.view = folded.view;
    if (known.view.endedAt !== null) this.#over(event.callId, known.view.endReason ?? "ended");
  }

  /** A call that is shown without a sound. */
  hearSnapshot(call: StateEvent): void {
    const known = this.#known.get(call.callId);
    if (known !== undefined) {
      known.view = viewOfCall(call);
      if (call.endedAt !== null) this.#over(call.callId, call.endReason ?? "ended");
      return;
    }
    if (call.notify !== true || call.endedAt !== null || call.initiatedBy === this.#selfId()) return;
    const caller = call.participants.find((one) => one.userId === call.initiatedBy);
    this.#show(viewOfCall(call), {
      ...ringOf(call),
      callerName: caller?.userName ?? "",
      callerIdentifier: caller?.userIdentifier ?? "",
      soft: true,
      silent: true,
      expiresAtMs: null,
    });
  }

  /** The server says that a ring is over. */
  stopped(event: RingStoppedEvent): void {
    this.#over(event.callId, event.reason);
  }

  /** This device answers or declines: the ring is gone, and what was known of the call is given. */
  take(callId: string): CallView | null {
    const known = this.#known.get(callId);
    this.#forget(callId);
    return known?.view ?? null;
  }

  /** It is known now who this is: one's own calls are no rings. */
  introduced(): void {
    for (const [callId, { ring }] of [...this.#known])
      if (ring.callerId === this.#selfId()) this.#forget(callId);
  }

  clear(): void {
    for (const callId of [...this.#known.keys()]) this.#forget(callId);
  }

  #show(view: CallView, ring: Ring): void {
    this.#known.get(ring.callId)?.cancel();
    const { expiresAtMs } = ring;
    const overdue = (): void => this.#over(ring.callId, "timeout");
    const cancel =
      expiresAtMs === null
        ? () => {}
        : this.#clock.after(
            Math.min(expiresAtMs - this.#clock.now() + OVERDUE_MS, LONGEST_TIMER_MS),
            overdue,
          );
    this.#known.set(ring.callId, { ring, view, cancel });
    this.#publish();
  }

  #over(callId: string, reason: string): void {
    const known = this.#known.get(callId);
    if (known === undefined) return;
    this.#forget(callId);
    this.#store.patch({ ringOver: { ring: known.ring, reason } });
  }

  #forget(callId: string): void {
    const known = this.#known.get(callId);
    if (known === undefined) return;
    known.cancel();
    this.#known.delete(callId);
    this.#publish();
  }

  #publish(): void {
    this.#store.patch({ rings: [...this.#known.values()].map((one) => one.ring) });
  }
}

/** What a ring and a snapshot say alike. */
function ringOf(call: IncomingEvent | StateEvent) {
  const { callId, conversationId, type, initiatedBy, participants, startedAt, metadata } = call;
  return {
    callId,
    conversationId,
    type,
    callerId: initiatedBy,
    participants,
    running: startedAt !== null,
    metadata,
  };
}

// One media connection for everybody else in the call: made and ended as people come and go.

import type { Clock } from "../clock.js";
import type { Outgoing } from "../media/localMedia.js";
import { PeerLink, type Restart } from "../peer/link.js";
import type { PeerSignal } from "../peer/signal.js";
import type { Store } from "../store.js";
import { type CallView, participantOf } from "../view/index.js";
import type { TransportState } from "../wire/index.js";
import type { LinkFacts } from "./participants.js";

/** Signals of somebody of whom it is not yet known that they joined. */
const EARLY_SIGNALS = 66;

/** Signals that came before the server had named the call: an offer and its candidates of each of three others. */
const UNNAMED_SIGNALS = 200;

/** What the links of a call need. */
export interface LinksOptions {
  readonly clock: Clock;
  readonly outgoing: Store<Outgoing>;
  readonly createConnection: () => RTCPeerConnection;
  readonly send: (userId: string, signal: PeerSignal) => void;
  readonly reachable: () => boolean;
  readonly changed: () => void;
}

/** Keeps the links equal to the people who are joined. */
export class Links {
  readonly #options: LinksOptions;
  readonly #links = new Map<string, PeerLink>();
  /** Links asked for before the other side joined; kept until they did, or the call ends. */
  readonly #asked = new Set<string>();
  readonly #early = new Map<string, PeerSignal[]>();
  #unnamed: { readonly callId: string; readonly userId: string; readonly signal: PeerSignal }[] = [];
  #closed = false;

  constructor(options: LinksOptions) {
    this.#options = options;
  }

  /**
   * Makes what is missing and ends what is too much. `offers`: this device begins, because it comes new (a page
   * reload, a late join) and the others cannot know. On the way to the server, and there, nothing new is made; what
   * there is stays until {@link closeAll}.
   */
  reconcile(view: CallView, selfId: string, offers: boolean): void {
    if (this.#closed) return;
    const joined = participantOf(view, selfId)?.status === "joined";
    const direct = view.topology !== "upgrading" && view.topology !== "sfu";
    for (const one of view.participants) {
      if (one.userId === selfId) continue;
      if (joined && one.status === "joined") {
        this.#asked.delete(one.userId);
        if (direct && !this.#links.has(one.userId)) this.#open(view, selfId, one.userId, offers);
      } else if (!this.#asked.has(one.userId) && this.#links.has(one.userId)) {
        this.#close(one.userId);
      }
    }
  }

  /** Makes a link before the other side has joined: the server holds what is sent. */
  ask(view: CallView, selfId: string, userId: string): void {
    if (this.#closed || this.#links.has(userId)) return;
    this.#asked.add(userId);
    this.#open(view, selfId, userId, true);
  }

  /** Takes in a signal; one that comes before its sender's `joined` waits for that. */
  receive(userId: string, signal: PeerSignal): void {
    const link = this.#links.get(userId);
    if (link !== undefined) {
      link.receive(signal);
      return;
    }
    const waiting = this.#early.get(userId) ?? [];
    if (signal.kind === "offer") waiting.length = 0;
    if (waiting.length < EARLY_SIGNALS) waiting.push(signal);
    this.#early.set(userId, waiting);
  }

  /** A signal of a call that may be this one: the server has not named it yet. */
  keep(callId: string, userId: string, signal: PeerSignal): void {
    this.#unnamed = [...this.#unnamed, { callId, userId, signal }].slice(-UNNAMED_SIGNALS);
  }

  /** The call has this id: what was kept of it is taken in, the rest forgotten. */
  named(callId: string): void {
    for (const one of this.#unnamed.splice(0))
      if (one.callId === callId) this.receive(one.userId, one.signal);
  }

  /** How loud somebody is now, 0 to 1; null while nothing is known, or nothing comes from them directly. */
  loudness(userId: string): number | null {
    return this.#links.get(userId)?.connection?.sound()?.audioLevel ?? null;
  }

  /** The newest packet of somebody's sound (RTP timestamp); null before the first. */
  packet(userId: string): number | null {
    return this.#links.get(userId)?.connection?.sound()?.rtpTimestamp ?? null;
  }

  all(): IterableIterator<PeerLink> {
    return this.#links.values();
  }

  get size(): number {
    return this.#links.size;
  }

  facts(): ReadonlyMap<string, LinkFacts> {
    const facts = new Map<string, LinkFacts>();
    for (const [userId, link] of this.#links) {
      const { everConnected } = link;
      facts.set(userId, { state: link.state.get(), incoming: link.incoming.get(), everConnected });
    }
    return facts;
  }

  /** All links in one word, as the server wants to know it; null without links. */
  transport(): TransportState | null {
    const states = [...this.#links.values()].map((link) => link.state.get().status);
    if (states.length === 0) return null;
    if (states.includes("connected")) return "connected";
    if (states.every((one) => one === "failed")) return "failed";
    return states.includes("interrupted") ? "disconnected" : "connecting";
  }

  /** Signalling of this device (or, with a name, of that participant) is back. */
  signallingBack(userId?: string): void {
    for (const link of this.#links.values()) {
      if (userId === undefined || link.userId === userId) link.signallingBack();
    }
  }

  /** The network may have changed: what is broken is tried at once. */
  networkChanged(): void {
    for (const link of this.#links.values()) link.networkChanged();
  }

  /** A person asks for it: what is not connected is tried at once. */
  retry(): void {
    for (const link of this.#links.values()) {
      if (link.state.get().status !== "connected") link.restart();
    }
  }

  configure(configuration: RTCConfiguration, restart: Restart): void {
    for (const link of this.#links.values()) link.configure(configuration, restart);
  }

  /** Everybody is heard through the server. */
  closeAll(): void {
    for (const userId of [...this.#links.keys()]) this.#close(userId);
    this.#early.clear();
  }

  close(): void {
    this.#closed = true;
    this.closeAll();
  }

  #open(view: CallView, selfId: string, userId: string, offers: boolean): void {
    const { clock, outgoing, createConnection, send, reachable, changed } = this.#options;
    const polite = isPolite(view, selfId, userId);
    const link = new PeerLink({
      userId,
      polite,
      clock,
      outgoing,
      createConnection,
      reachable,
      send: (signal) => send(userId, signal),
    });
    this.#links.set(userId, link);
    link.state.subscribe(changed);
    link.incoming.subscribe(changed);
    link.start(offers || !polite);
    for (const signal of this.#early.get(userId) ?? []) link.receive(signal);
    this.#early.delete(userId);
  }

  #close(userId: string): void {
    this.#links.get(userId)?.close();
    this.#links.delete(userId);
    this.#early.delete(userId);
  }
}

/**
 * Who gives way when both offer at once: everybody to the caller, among the others the larger user id. It does not
 * depend on how many are in the call, so that both sides agree whenever they compute it.
 */
function isPolite(view: CallView, selfId: string, userId: string): boolean {
  if (view.initiatedBy === selfId) return false;
  return view.initiatedBy === userId || selfId > userId;
}

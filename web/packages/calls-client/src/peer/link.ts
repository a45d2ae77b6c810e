// The media connection with one other participant: lives through failures until it is closed.

import type { Clock } from "../clock.js";
import { CallError, CONNECTION_LOST_MESSAGE, ICE_FAILED_MESSAGE } from "../errors.js";
import type { Outgoing } from "../media/localMedia.js";
import type { LinkState } from "../state.js";
import { createStore, type Store, type WritableStore } from "../store.js";
import { Connection, type SendLimits } from "./connection.js";
import { Ladder } from "./ladder.js";
import { sessionIdOf } from "./sdp.js";
import type { PeerSignal } from "./signal.js";

/** What a link needs from outside. */
export interface LinkOptions {
  readonly userId: string;
  /** Gives way when both offer at once (perfect negotiation, W3C WebRTC §10.7). */
  readonly polite: boolean;
  readonly clock: Clock;
  readonly outgoing: Store<Outgoing>;
  readonly createConnection: () => RTCPeerConnection;
  /** Sends to the other side; may drop when signalling is down, see {@link PeerLink.signallingBack}. */
  readonly send: (signal: PeerSignal) => void;
  /** Signalling works now. */
  readonly reachable: () => boolean;
}

/** What arrives from the other side. */
export interface Incoming {
  readonly audio: MediaStreamTrack | null;
  readonly video: MediaStreamTrack | null;
}

/** Which connections start ICE again when their servers or their policy change. */
export type Restart =
  /** Those that are not connected. */
  | "broken"
  /** Also those over a relay of this device: there are other relays now, and the one in use may go. */
  | "relayed"
  /** All: a better way may be there. */
  | "all"
  /**
   * None: all are made anew. Chromium goes back to a direct way after an ICE restart that found relays alone, so
   * who hides their address needs a connection that never had another way.
   */
  | "anew";

/** The polite side waits this long for the offer, then offers itself: a client that never offers still gets a call. */
const OFFER_AWAITED_MS = 4_000;

/**
 * An offer that nobody answers is sent again after this, then at twice the distance each time: signals may get
 * lost without anybody's noticing. Shorter repeats what a slow answer would have settled.
 */
const ANSWER_AWAITED_MS = 5_000;
const ANSWER_AWAITED_AT_MOST_MS = 40_000;

/**
 * One participant's media connection. Owns one {@link Connection} at a time and replaces it when ICE restarts do
 * not help or when the other side begins again (a page reload). All work on it is queued: no two negotiations
 * overlap. It never gives up by itself.
 */
export class PeerLink {
  readonly userId: string;
  readonly state: WritableStore<LinkState>;
  readonly incoming: WritableStore<Incoming>;
  readonly #options: LinkOptions;
  readonly #ladder: Ladder;
  readonly #unsubscribe: () => void;
  #connection: Connection | null = null;
  #queue: Promise<void> = Promise.resolve();
  #closed = false;
  #limits: SendLimits | null = null;
  #cancelWait: () => void = () => {};
  #cancelRepeat: () => void = () => {};
  #repeatAfter = ANSWER_AWAITED_MS;
  #everConnected = false;
  #nextOffer: number;

  constructor(options: LinkOptions) {
    this.userId = options.userId;
    this.#options = options;
    this.state = createStore<LinkState>({ status: "connecting", stats: null, error: null });
    this.incoming = createStore<Incoming>({ audio: null, video: null });
    // Drawn by lot: an answer meant for the page before a reload must not fit.
    this.#nextOffer = 1 + Math.floor(options.clock.random() * 0x3fff_ffff);
    this.#ladder = new Ladder(options.clock, {
      restart: () => this.#enqueue(() => this.#restart()),
      rebuild: () => this.#enqueue(() => this.#beginAgain()),
      failed: () => this.#failed(),
    });
    this.#unsubscribe = options.outgoing.subscribe(() =>
      this.#enqueue(async () => this.#connection?.send(options.outgoing.get())),
    );
  }

  /** Whether media has flowed over this link at some time. */
  get everConnected(): boolean {
    return this.#everConnected;
  }

  /** The connection in use, for statistics and levels. */
  get connection(): Connection | null {
    return this.#connection;
  }

  /** Offers, or waits for the other side's offer. */
  start(offers: boolean): void {
    this.#ladder.begin();
    if (offers) {
      this.#enqueue(async () => {
        if (this.#connection === null) await this.#offerAnew();
      });
      return;
    }
    this.#cancelWait = this.#options.clock.after(OFFER_AWAITED_MS, () => {
      this.#enqueue(async () => {
        if (this.#connection === null) await this.#offerAnew();
      });
    });
  }

  /** Takes in what the other side sent. */
  receive(signal: PeerSignal): void {
    this.#enqueue(async () => {
      if (signal.kind === "offer") await this.#takeOffer(signal.offer, signal.negotiationId);
      else if (signal.kind === "answer") await this.#takeAnswer(signal.answer, signal.negotiationId);
      else await this.#connection?.takeCandidate(signal.candidate, signal.negotiationId);
    });
  }

  /** Signalling was away, or the other side's was: what may have got lost is sent again. */
  signallingBack(): void {
    this.#enqueue(async () => {
      this.#connection?.repeat();
      const { status } = this.state.get();
      if (status === "interrupted" || status === "failed") this.#ladder.now();
    });
  }

  /** Starts ICE again now, as a person asked for it. */
  restart(): void {
    this.#ladder.now();
  }

  /** The network may be another one: what is not connected is tried at once. */
  networkChanged(): void {
    if (this.state.get().status !== "connected") this.#ladder.changed();
  }

  /**
   * New relay servers, or another policy: used from the next ICE restart on, which is now while nothing is
   * connected. The way in use stays in use until the restart has found the next (RFC 8445 §2.4): there is no gap.
   * `anew` has one, of about a second.
   */
  configure(configuration: RTCConfiguration, restart: Restart): void {
    const connection = this.#connection;
    if (connection === null) return;
    connection.configure(configuration);
    if (restart === "anew") {
      this.#ladder.replaced();
      this.#enqueue(() => this.#offerAnew());
    } else if (this.state.get().status !== "connected") {
      // The same servers: what is being made with them goes on.
      if (restart === "broken") this.#ladder.changed();
      else this.#ladder.now();
    } else if (restart !== "broken") {
      this.#enqueue(async () => {
        const wanted = restart === "all" || (await connection.usesOwnRelay());
        if (wanted && this.#connection === connection) connection.restartIce();
      });
    }
  }

  /** What to send at most, and to receive. */
  limit(limits: SendLimits): void {
    this.#limits = limits;
    this.#enqueue(async () => {
      await this.#connection?.limit(limits);
    });
  }

  /** Ends it. Nothing is sent or received after this. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancelWait();
    this.#cancelRepeat();
    this.#ladder.stop();
    this.#unsubscribe();
    this.#connection?.close();
    this.#connection = null;
    this.incoming.set({ audio: null, video: null });
  }

  #enqueue(operation: () => Promise<void>): void {
    this.#queue = this.#queue.then(async () => {
      if (this.#closed) return;
      try {
        await operation();
      } catch (error) {
        if (!this.#closed) this.#broken(error);
      }
    });
  }

  /** A negotiation step the browser refused: the connection is in an unknown state, a new one is not. */
  #broken(cause: unknown): void {
    this.state.patch({ error: this.#error("IceFailed", ICE_FAILED_MESSAGE, cause) });
    this.#ladder.broken();
  }

  async #takeOffer(offer: RTCSessionDescriptionInit, id: number | undefined): Promise<void> {
    if (sessionIdOf(offer.sdp ?? "") === null) return;
    this.#cancelWait();
    const known = this.#connection;
    const again = known?.isFromAnother(offer) === true;
    if (known === null || again || known.givesWay) {
      this.#open();
      if (again) this.#ladder.beganAgain();
      else this.#ladder.replaced();
    }
    const connection = this.#connection;
    if (connection !== null) await connection.takeOffer(offer, id, this.#options.outgoing.get());
  }

  async #takeAnswer(answer: RTCSessionDescriptionInit, id: number | undefined): Promise<void> {
    if (sessionIdOf(answer.sdp ?? "") === null) return;
    const outcome = await this.#connection?.takeAnswer(answer, id);
    if (outcome === "taken") this.#repeatAfter = ANSWER_AWAITED_MS;
    if (outcome === "from-another") {
      this.#ladder.beganAgain();
      await this.#offerAnew();
    }
  }

  #awaitAnswer(): void {
    this.#cancelRepeat();
    this.#cancelRepeat = this.#options.clock.after(this.#repeatAfter, () =>
      this.#enqueue(async () => this.#connection?.repeatOffer()),
    );
    this.#repeatAfter = Math.min(this.#repeatAfter * 2, ANSWER_AWAITED_AT_MOST_MS);
  }

  async #offerAnew(): Promise<void> {
    this.#open();
    await this.#connection?.offer(this.#options.outgoing.get());
  }

  async #restart(): Promise<void> {
    if (!this.#options.reachable()) return;
    if (this.#connection === null) await this.#offerAnew();
    else this.#connection.restartIce();
  }

  async #beginAgain(): Promise<void> {
    if (this.#options.reachable()) await this.#offerAnew();
  }

  /** Puts a fresh connection in the place of the one there was. */
  #open(): void {
    this.#connection?.close();
    this.#cancelRepeat();
    this.#repeatAfter = ANSWER_AWAITED_MS;
    const connection: Connection = new Connection(this.#options.createConnection(), {
      polite: this.#options.polite,
      limits: this.#limits,
      nextOffer: () => {
        this.#nextOffer += 1;
        return this.#nextOffer;
      },
      send: (signal) => {
        if (this.#connection !== connection) return;
        this.#options.send(signal);
        if (signal.kind === "offer") this.#awaitAnswer();
      },
      enqueue: (operation) =>
        this.#enqueue(async () => {
          if (this.#connection === connection) await operation();
        }),
      stateChanged: (state) => {
        if (this.#connection === connection) this.#observe(state);
      },
      track: (track) => {
        if (this.#connection === connection) this.incoming.patch({ [track.kind]: track });
      },
    });
    this.#connection = connection;
  }

  #observe(state: RTCPeerConnectionState | RTCIceConnectionState): void {
    if (state === "connected" || state === "completed") {
      this.#everConnected = true;
      this.#ladder.connected();
      this.state.patch({ status: "connected", error: null });
    } else if (state === "disconnected") {
      this.#interrupted();
      this.#ladder.disconnected();
    } else if (state === "failed") {
      this.#interrupted();
      const ice = this.#connection?.pc.iceConnectionState;
      // With ICE up it is the keys that failed (DTLS), and no ICE restart changes them.
      if (ice === "connected" || ice === "completed") this.#ladder.broken();
      else this.#ladder.failed();
    }
  }

  #interrupted(): void {
    if (!this.#everConnected) return;
    const error = this.#error("ConnectionLost", CONNECTION_LOST_MESSAGE);
    this.state.patch({ status: "interrupted", error });
  }

  #failed(): void {
    if (!this.#options.reachable()) return;
    this.state.patch({ status: "failed", error: this.#error("IceFailed", ICE_FAILED_MESSAGE) });
  }

  #error(name: "IceFailed" | "ConnectionLost", message: string, cause?: unknown): CallError {
    const recover = async (): Promise<void> => this.restart();
    return new CallError(name, message, { userId: this.userId, cause, recover });
  }
}

// One of the two connections with the server: its life, its states, and the one queue of work on it.

import type { Clock } from "../clock.js";
import { Ladder } from "../peer/ladder.js";
import type { LinkState } from "../state.js";

/** What a leg sets in motion. */
export interface LegOptions {
  readonly clock: Clock;
  readonly createConnection: () => RTCPeerConnection;
  /** Start ICE again on the connection there is; runs in the queue. */
  readonly restart: () => Promise<void>;
  /** Make both legs anew. */
  readonly rebuild: () => void;
  readonly changed: () => void;
}

/**
 * Owns one RTCPeerConnection at a time. All work on it is queued, its replacement too: what a connection was asked
 * to do when it is closed never comes back (W3C WebRTC §4.4.1.2), and a queue that waits for it would stand still.
 */
export class Leg {
  readonly #options: LegOptions;
  readonly #ladder: Ladder;
  #pc: RTCPeerConnection | null = null;
  /** What holds the keys of the connection; null before they are agreed on. */
  #keys: RTCDtlsTransport | null = null;
  #queue: Promise<void> = Promise.resolve();
  #status: LinkState["status"] = "connecting";
  #everConnected = false;
  #closed = false;

  constructor(options: LegOptions) {
    this.#options = options;
    this.#ladder = new Ladder(options.clock, {
      restart: () => this.enqueue(options.restart),
      rebuild: options.rebuild,
      failed: () => this.#become("failed"),
    });
  }

  get pc(): RTCPeerConnection | null {
    return this.#pc;
  }

  get status(): LinkState["status"] {
    return this.#status;
  }

  get everConnected(): boolean {
    return this.#everConnected;
  }

  /** The first connection is awaited from now on. */
  begin(): void {
    this.#ladder.begin();
  }

  /** The other leg has both made anew: this one gets its time before it asks for the same. */
  replaced(): void {
    this.#ladder.replaced();
  }

  /** A person asks for it: what is not connected is tried at once. */
  retry(): void {
    if (this.#status !== "connected") this.#ladder.now();
  }

  /** The network may be another one, or the credentials for the relay are. */
  changed(): void {
    if (this.#status !== "connected") this.#ladder.changed();
  }

  /** Signalling is back: what is broken is tried at once, what is being made goes on. */
  signallingBack(): void {
    if (this.#status === "interrupted" || this.#status === "failed") this.#ladder.now();
  }

  /** Puts a fresh connection in the place of the one there was. In the queue only. */
  open(): RTCPeerConnection {
    this.drop();
    const pc = this.#options.createConnection();
    this.#pc = pc;
    pc.onconnectionstatechange = () => this.#observe(pc.connectionState ?? pc.iceConnectionState);
    // DTLS hides behind `connectionState`; ICE says earlier that packets stopped.
    pc.oniceconnectionstatechange = () => {
      const ice = pc.iceConnectionState;
      if (ice === "disconnected" || ice === "failed") this.#observe(ice);
      else if (pc.connectionState === "connected") this.#observe("connected");
    };
    return pc;
  }

  /**
   * The descriptions of both sides are set: the keys (DTLS) are watched. A server that goes properly closes them, which
   * `connectionState` counts as connected (W3C WebRTC §4.3.3), and ICE notices seconds later.
   */
  described(): void {
    const section = this.#pc?.getTransceivers()[0];
    const keys = section?.sender.transport ?? section?.receiver.transport ?? null;
    if (keys === this.#keys) return;
    this.#forgetKeys();
    this.#keys = keys;
    if (keys === null) return;
    keys.onstatechange = () => this.#look(keys);
    this.#look(keys);
  }

  /** Closes the connection there is, without a word. In the queue only. */
  drop(): void {
    const pc = this.#pc;
    this.#pc = null;
    this.#forgetKeys();
    if (pc === null) return;
    this.#interrupted();
    pc.onnegotiationneeded = null;
    pc.ontrack = null;
    pc.onconnectionstatechange = null;
    pc.oniceconnectionstatechange = null;
    pc.close();
  }

  /** Runs this when the work before it is done. */
  enqueue(work: () => Promise<void>): void {
    this.#queue = this.#queue.then(async () => {
      if (this.#closed) return;
      try {
        await work();
      } catch (error) {
        if (this.#closed) return;
        // The browser refused a step: this connection is in an unknown state, a new one is not.
        console.debug("a connection with the server went wrong", error);
        this.#ladder.broken();
      }
    });
  }

  close(): void {
    this.#closed = true;
    this.#ladder.stop();
    this.drop();
  }

  #look({ state }: RTCDtlsTransport): void {
    if (state !== "closed" && state !== "failed") return;
    this.#interrupted();
    // No ICE restart brings them back.
    this.#ladder.broken();
  }

  #forgetKeys(): void {
    if (this.#keys !== null) this.#keys.onstatechange = null;
    this.#keys = null;
  }

  #observe(state: RTCPeerConnectionState | RTCIceConnectionState): void {
    if (state === "connected" || state === "completed") {
      this.#everConnected = true;
      this.#ladder.connected();
      this.#become("connected");
    } else if (state === "disconnected") {
      this.#interrupted();
      this.#ladder.disconnected();
    } else if (state === "failed") {
      this.#interrupted();
      const ice = this.#pc?.iceConnectionState;
      // With ICE up it is the keys that failed (DTLS), and no ICE restart changes them.
      if (ice === "connected" || ice === "completed") this.#ladder.broken();
      else this.#ladder.failed();
    }
  }

  #interrupted(): void {
    if (this.#everConnected && this.#status === "connected") this.#become("interrupted");
  }

  #become(status: LinkState["status"]): void {
    if (status === this.#status || this.#closed) return;
    this.#status = status;
    this.#options.changed();
  }
}

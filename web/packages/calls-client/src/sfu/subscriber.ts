// The connection that receives from the server: a pool of sections, which the server points at people.

import type { Clock } from "../clock.js";
import { sessionIdOf } from "../peer/sdp.js";
import type { PeerSignal } from "../peer/signal.js";
import { Leg } from "./leg.js";
import type { NewestPacket } from "./slots.js";

/** What a subscriber needs. */
export interface SubscriberOptions {
  readonly clock: Clock;
  readonly createConnection: () => RTCPeerConnection;
  readonly send: (signal: PeerSignal) => void;
  /** The server's offer is answered. */
  readonly answered: () => void;
  /** Tells the server that this connection is broken: it offers anew. */
  readonly complain: () => void;
  /** The server began this connection anew: what it told of its slots is over. */
  readonly beganAgain: () => void;
  /** Make both connections anew. */
  readonly rebuild: () => void;
  readonly changed: () => void;
}

/** Answers. Who joins, leaves or is looked at changes nothing here: the server points its slots elsewhere. */
export class Subscriber {
  readonly leg: Leg;
  readonly #options: SubscriberOptions;
  /** The session id of the server's descriptions. */
  #remote: string | null = null;
  /** The newest offer, and our answer to it. */
  #newest = 0;
  #answered: number | null = null;
  #receivers: ReadonlyMap<string, RTCRtpReceiver> = new Map();

  constructor(options: SubscriberOptions) {
    this.#options = options;
    this.leg = new Leg({ ...options, restart: async () => options.complain() });
  }

  /** Forgets the connection there was; the server's next offer begins another. */
  begin(): void {
    this.leg.enqueue(async () => this.#forget());
  }

  /** The server's offer; one that is older than the newest is dropped. */
  receive(signal: PeerSignal): void {
    if (signal.kind !== "offer") return;
    this.leg.enqueue(() => this.#takeOffer(signal.offer, signal.negotiationId ?? 0));
  }

  /** Signalling was away: while nothing comes, the answer may have got lost, and is sent again. */
  signallingBack(): void {
    this.leg.signallingBack();
    this.leg.enqueue(async () => {
      if (this.leg.status !== "connected") this.#answer();
    });
  }

  configure(configuration: RTCConfiguration): void {
    this.leg.pc?.setConfiguration(configuration);
  }

  /** What comes on a section; null before it is there. */
  track(mid: string): MediaStreamTrack | null {
    return this.#receivers.get(mid)?.track ?? null;
  }

  /** The newest packet of a section that was played or shown. */
  packet(mid: string): NewestPacket {
    return this.#receivers.get(mid)?.getSynchronizationSources()[0]?.rtpTimestamp ?? null;
  }

  /** How loud a section is now, 0 to 1 (W3C WebRTC §5.6); null while nothing is known. */
  loudness(mid: string): number | null {
    return this.#receivers.get(mid)?.getSynchronizationSources()[0]?.audioLevel ?? null;
  }

  close(): void {
    this.leg.close();
    this.#receivers = new Map();
  }

  #forget(): void {
    this.leg.drop();
    this.#remote = null;
    this.#answered = null;
    this.#receivers = new Map();
    this.#options.beganAgain();
  }

  async #takeOffer(offer: RTCSessionDescriptionInit, id: number): Promise<void> {
    const session = sessionIdOf(offer.sdp ?? "");
    if (session === null || (session === this.#remote && id < this.#newest)) return;
    if (session !== this.#remote || this.leg.pc === null) {
      this.#forget();
      this.leg.open();
    }
    const { pc } = this.leg;
    if (pc === null) return;
    this.#remote = session;
    this.#newest = id;
    await pc.setRemoteDescription(offer);
    await pc.setLocalDescription();
    this.leg.described();
    this.#answered = id;
    const receivers = new Map<string, RTCRtpReceiver>();
    for (const { mid, receiver } of pc.getTransceivers()) if (mid !== null) receivers.set(mid, receiver);
    this.#receivers = receivers;
    this.#answer();
    this.#options.answered();
    this.#options.changed();
  }

  #answer(): void {
    const sdp = this.leg.pc?.localDescription?.sdp;
    if (this.#answered === null || sdp === undefined) return;
    this.#options.send({ kind: "answer", answer: { type: "answer", sdp }, negotiationId: this.#answered });
  }
}

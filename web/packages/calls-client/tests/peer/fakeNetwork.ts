// The packets' way between fake connections: finds pairs by their descriptions, and tells both how ICE and DTLS fare.

import type { Clock } from "../../src/clock.js";
import type { FakePeer } from "./fakePeer.js";

/** Consent is checked every few seconds; then packets count as stopped (RFC 7675 §5.1). */
const DISCONNECTED_MS = 3_000;
const FAILED_MS = 15_000;

interface Watch {
  /** Who is at the other end of the keys (DTLS); changing it breaks the connection. */
  partner: string | null;
  cancel: () => void;
  plan: "connect" | "fail" | "lose" | "none";
  /** The credentials that were last found useless. */
  failed: string | null;
}

/** All connections of a test. */
export class FakeNetwork {
  readonly clock: Clock;
  readonly peers: FakePeer[] = [];
  readonly #watched = new Map<FakePeer, Watch>();
  #up = true;
  #working = false;
  #again = false;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  get up(): boolean {
    return this.#up;
  }

  set up(up: boolean) {
    this.#up = up;
    this.changed();
  }

  /** Takes a connection in, and draws its session id. */
  add(peer: FakePeer): string {
    this.peers.push(peer);
    this.#watched.set(peer, { partner: null, cancel: () => {}, plan: "none", failed: null });
    return String(1_000_000 + Math.floor(this.clock.random() * 1e9));
  }

  /** How many connections are open. */
  get open(): number {
    return this.peers.filter((one) => !one.closed).length;
  }

  /** The connection at the other end, when each has the other's descriptions of now. */
  partnerOf(peer: FakePeer): FakePeer | null {
    const { current } = peer;
    if (peer.closed || current === null) return null;
    const other = this.peers.find((one) => one.session === current.remote.session);
    if (other === undefined || other.closed || other.current === null) return null;
    const { local, remote } = other.current;
    const agreed = remote.ufrag === current.local.ufrag && local.ufrag === current.remote.ufrag;
    return agreed ? other : null;
  }

  /** Something about descriptions, candidates or the network changed. */
  changed(): void {
    this.#again = true;
    if (this.#working) return;
    this.#working = true;
    while (this.#again) {
      this.#again = false;
      for (const peer of this.peers) this.#look(peer);
    }
    this.#working = false;
  }

  #look(peer: FakePeer): void {
    const watch = this.#watched.get(peer);
    if (watch === undefined) return;
    if (peer.closed) {
      watch.cancel();
      return;
    }
    const { current } = peer;
    if (current === null || (peer.connectionState === "failed" && watch.partner === "broken")) return;
    if (watch.partner !== null && watch.partner !== current.remote.session) {
      // Other keys under a live connection: DTLS fails, and no ICE restart helps.
      watch.partner = "broken";
      this.#plan(peer, watch, "none", 0, () => {});
      peer.become(peer.iceConnectionState, "failed");
      return;
    }
    if (this.#works(peer)) {
      if (peer.connectionState === "connected") this.#plan(peer, watch, "none", 0, () => {});
      else
        this.#plan(peer, watch, "connect", 100 + this.clock.random() * 600, () =>
          this.#connected(peer, watch),
        );
    } else if (peer.connectionState === "connected") {
      this.#plan(peer, watch, "lose", DISCONNECTED_MS, () => this.#disconnected(peer, watch));
    } else if (peer.iceConnectionState !== "failed" && watch.plan !== "fail") {
      if (peer.iceConnectionState === "new") peer.become("checking", "connecting");
      this.#plan(peer, watch, "fail", FAILED_MS, () => this.#failed(peer, watch));
    } else if (peer.iceConnectionState === "failed" && watch.failed !== current.local.ufrag) {
      peer.become("checking", "connecting");
      this.#plan(peer, watch, "fail", FAILED_MS, () => this.#failed(peer, watch));
    }
  }

  /** A connection that failed stays so until ICE begins again with other credentials. */
  #works(peer: FakePeer): boolean {
    const { current } = peer;
    const watch = this.#watched.get(peer);
    if (current === null || !this.#up || watch === undefined) return false;
    if (peer.connectionState === "connected" || peer.iceConnectionState === "disconnected") {
      return this.#lives(peer);
    }
    if (peer.iceConnectionState === "failed" && watch.failed === current.local.ufrag) return false;
    const other = this.partnerOf(peer);
    if (other === null) return false;
    return peer.heard.has(current.remote.ufrag) || other.heard.has(current.local.ufrag);
  }

  /** While ICE restarts the pair in use stays in use. */
  #lives(peer: FakePeer): boolean {
    const other = this.peers.find((one) => one.session === peer.current?.remote.session);
    return other !== undefined && !other.closed && other.current?.remote.session === peer.session;
  }

  #plan(peer: FakePeer, watch: Watch, plan: Watch["plan"], ms: number, action: () => void): void {
    if (watch.plan === plan) return;
    watch.cancel();
    watch.plan = plan;
    if (plan === "none") return;
    watch.cancel = this.clock.after(ms, () => {
      watch.plan = "none";
      if (!peer.closed) action();
      this.changed();
    });
  }

  #connected(peer: FakePeer, watch: Watch): void {
    if (!this.#works(peer)) return;
    watch.partner = peer.current?.remote.session ?? null;
    peer.become("connected", "connected");
  }

  #disconnected(peer: FakePeer, watch: Watch): void {
    peer.become("disconnected", "disconnected");
    this.#plan(peer, watch, "fail", FAILED_MS - DISCONNECTED_MS, () => this.#failed(peer, watch));
  }

  #failed(peer: FakePeer, watch: Watch): void {
    watch.failed = peer.current?.local.ufrag ?? null;
    peer.become("failed", "failed");
  }
}

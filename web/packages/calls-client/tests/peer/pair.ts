// Two ends of one media connection, each a PeerLink, with a network and a signalling wire that can be cut.

import { vi } from "vitest";
import type { Outgoing } from "../../src/media/localMedia.js";
import type { SendLimits } from "../../src/peer/connection.js";
import { PeerLink } from "../../src/peer/link.js";
import type { PeerSignal } from "../../src/peer/signal.js";
import { createStore, type WritableStore } from "../../src/store.js";
import { FakeStream, FakeTrack } from "../media/fakeTracks.js";
import { FakeNetwork } from "./fakeNetwork.js";
import { FakePeer } from "./fakePeer.js";
import { VirtualClock } from "./virtualClock.js";

/** Limits under which everything is sent. */
export const FULL: SendLimits = {
  audioKbps: 64,
  videoKbps: 2_000,
  lines: 720,
  fps: 30,
  preferVp8: false,
  videoPaused: false,
  audioOnly: false,
  receiveKbps: null,
};

const CODECS = ["video/VP8", "video/rtx", "video/H264", "video/VP9"].map((mimeType) => ({ mimeType }));

/** Puts what a connection takes from the page in its place, and keeps what is for developers only to itself. */
export function stubPage(): void {
  vi.spyOn(console, "debug").mockImplementation(() => {});
  vi.stubGlobal("MediaStream", FakeStream);
  vi.stubGlobal("RTCRtpReceiver", { getCapabilities: () => ({ codecs: CODECS }) });
}

/** The connection as the code under test sees it. */
export function asConnection(peer: FakePeer): RTCPeerConnection {
  return peer as unknown as RTCPeerConnection;
}

/** One of the two. */
export class Side {
  readonly outgoing: WritableStore<Outgoing>;
  readonly peers: FakePeer[] = [];
  readonly sent: PeerSignal[] = [];
  link: PeerLink;
  reachable = true;
  /** Called before something is sent. */
  onSend: (signal: PeerSignal) => void = () => {};
  /** Knows of no numbers, as clients of the first hour. */
  founding = false;

  constructor(
    readonly name: string,
    readonly polite: boolean,
    readonly pair: Pair,
  ) {
    this.outgoing = createStore<Outgoing>({
      audio: new FakeTrack("audio", name),
      video: new FakeTrack("video", name),
      videoKind: "camera",
    });
    this.link = this.#make();
  }

  /** The connection of now. */
  get peer(): FakePeer {
    const peer = this.peers.at(-1);
    if (peer === undefined) throw new Error(`${this.name} has no connection yet`);
    return peer;
  }

  get status(): string {
    return this.link.state.get().status;
  }

  count(kind: PeerSignal["kind"]): number {
    return this.sent.filter((one) => one.kind === kind).length;
  }

  /** The page is loaded again: another link takes the seat, and begins. */
  reload(): void {
    this.link.close();
    this.pair.wire.forget(this);
    this.link = this.#make();
    this.link.start(true);
  }

  #make(): PeerLink {
    const { clock, network } = this.pair;
    const link: PeerLink = new PeerLink({
      userId: this.name,
      polite: this.polite,
      clock,
      outgoing: this.outgoing,
      createConnection: () => {
        const peer = new FakePeer(network);
        this.peers.push(peer);
        return asConnection(peer);
      },
      send: (signal) => {
        if (this.link !== link) throw new Error("a link that is closed sent something");
        this.sent.push(signal);
        this.onSend(signal);
        this.pair.wire.carry(this, this.founding ? unnumbered(signal) : signal);
      },
      reachable: () => this.reachable,
    });
    return link;
  }
}

function unnumbered(signal: PeerSignal): PeerSignal {
  const { negotiationId: _, ...rest } = signal;
  return rest;
}

/** Signalling: in order for each direction; what is under way when it is cut is lost. */
export class Wire {
  /** How often a signal comes a second time, and late. */
  repeats = 0;
  readonly #clock: VirtualClock;
  readonly #pair: Pair;
  readonly #last = new Map<Side, number>();
  readonly #epoch = new Map<Side, number>();

  constructor(pair: Pair, clock: VirtualClock) {
    this.#pair = pair;
    this.#clock = clock;
  }

  carry(from: Side, signal: PeerSignal): void {
    this.#deliver(from, signal);
    if (this.#clock.random() < this.repeats) {
      this.#clock.after(this.#clock.random() * 3_000, () => this.#deliver(from, signal));
    }
  }

  /** What is under way to this side does not arrive. */
  forget(side: Side): void {
    this.#epoch.set(side, this.#epochOf(side) + 1);
  }

  #epochOf(side: Side): number {
    return this.#epoch.get(side) ?? 0;
  }

  #deliver(from: Side, signal: PeerSignal): void {
    const to = this.#pair.other(from);
    if (!from.reachable || !to.reachable) return;
    const due = Math.max(
      this.#clock.now() + 5 + this.#clock.random() * 60,
      (this.#last.get(from) ?? 0) + 0.01,
    );
    this.#last.set(from, due);
    const epochs = [this.#epochOf(from), this.#epochOf(to)];
    this.#clock.after(due - this.#clock.now(), () => {
      const alive = this.#epochOf(from) === epochs[0] && this.#epochOf(to) === epochs[1];
      if (alive && to.reachable) to.link.receive(to.founding ? unnumbered(signal) : signal);
    });
  }
}

/** Ann called Bob: he gives way. */
export class Pair {
  readonly clock: VirtualClock;
  readonly network: FakeNetwork;
  readonly wire: Wire;
  readonly ann: Side;
  readonly bob: Side;

  constructor(seed = 1) {
    this.clock = new VirtualClock(seed);
    this.network = new FakeNetwork(this.clock);
    this.wire = new Wire(this, this.clock);
    this.ann = new Side("ann", false, this);
    this.bob = new Side("bob", true, this);
  }

  get sides(): readonly [Side, Side] {
    return [this.ann, this.bob];
  }

  other(side: Side): Side {
    return side === this.ann ? this.bob : this.ann;
  }

  /** As after an accept: the caller offers, the callee waits. */
  start(): void {
    this.ann.link.start(true);
    this.bob.link.start(false);
  }

  /** Starts, and connects. */
  async connect(): Promise<void> {
    this.start();
    await this.expectConnected(5_000);
  }

  /** Cuts the signalling of one side. */
  cut(side: Side): void {
    side.reachable = false;
    this.wire.forget(side);
  }

  /** Signalling is back, and the seat is taken again; the other side hears of it when it heard of the loss. */
  restore(side: Side, noticed: boolean): void {
    side.reachable = true;
    side.link.signallingBack();
    if (noticed) this.other(side).link.signallingBack();
  }

  /** Both are connected, to each other's connection of now, and media goes both ways. */
  get connected(): boolean {
    return this.problem === null;
  }

  /** What is missing; null when nothing is. */
  get problem(): string | null {
    for (const side of this.sides) {
      const peer = side.peers.at(-1);
      if (peer === undefined) return `${side.name} has no connection`;
      if (side.status !== "connected") return `${side.name} is ${side.status}`;
      if (peer.connectionState !== "connected") return `${side.name}'s connection is ${peer.connectionState}`;
      const partner = this.network.partnerOf(peer);
      if (partner !== this.other(side).peers.at(-1)) return `${side.name} is connected with somebody else`;
      if (peer.signalingState !== "stable") return `${side.name} is ${peer.signalingState}`;
      const audio = peer.transceivers.find(
        (one) => one.currentDirection === "sendrecv" && one.kind === "audio",
      );
      if (audio?.sender.track !== side.outgoing.get().audio) return `${side.name} sends no sound`;
      if (side.link.incoming.get().audio !== audio?.receiver.track) return `${side.name} hears nothing`;
    }
    return null;
  }

  async expectConnected(withinMs: number): Promise<number> {
    const took = await this.clock.until(() => this.connected, withinMs);
    if (took === null) throw new Error(`not connected within ${withinMs} ms: ${this.problem}`);
    return took;
  }

  close(): void {
    for (const side of this.sides) side.link.close();
  }
}

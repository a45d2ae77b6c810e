// An RTCPeerConnection without a browser: signalling states, implicit rollback, ICE and DTLS as W3C WebRTC has them.

import {
  type Described,
  directionOf,
  read,
  receives,
  type Section,
  sends,
  written,
} from "./fakeDescription.js";
import type { FakeNetwork } from "./fakeNetwork.js";
import { FakeKeys, FakeTransceiver } from "./fakeTransceiver.js";

type Handler<T> = ((event: T) => void) | null;

/** One connection. Operations run one after the other, each takes a few milliseconds. */
export class FakePeer {
  onnegotiationneeded: Handler<unknown> = null;
  onicecandidate: Handler<{ candidate: object | null }> = null;
  ontrack: Handler<{ track: MediaStreamTrack }> = null;
  onconnectionstatechange: Handler<unknown> = null;
  oniceconnectionstatechange: Handler<unknown> = null;
  signalingState: RTCSignalingState = "stable";
  iceConnectionState: RTCIceConnectionState = "new";
  connectionState: RTCPeerConnectionState = "new";
  readonly session: string;
  readonly transceivers: FakeTransceiver[] = [];
  readonly keys = new FakeKeys();
  current: { local: Described; remote: Described; offerer: boolean } | null = null;
  pendingLocal: Described | null = null;
  pendingRemote: Described | null = null;
  /** Candidates of the other side that were taken in, by their credentials. */
  readonly heard = new Set<string>();
  restarts = 0;
  closed = false;
  /** Its packets leave through a relay of its own. */
  relayed = false;
  /** The servers that each generation of candidates was gathered from. */
  readonly gatheredWith: RTCConfiguration[] = [];
  readonly #network: FakeNetwork;
  readonly #gathered = new Map<string, string[]>();
  #restartWanted = false;
  #generation = 0;
  #chain: Promise<unknown> = Promise.resolve();
  #nextMid = 0;
  #checking = false;
  #operations = 0;
  #configuration: RTCConfiguration;

  constructor(network: FakeNetwork, configuration: RTCConfiguration = {}) {
    this.#network = network;
    this.#configuration = configuration;
    this.session = network.add(this);
  }

  get configuration(): RTCConfiguration {
    return this.#configuration;
  }

  get localDescription(): { type: "offer" | "answer"; sdp: string } | null {
    const described = this.pendingLocal ?? this.current?.local ?? null;
    if (described === null) return null;
    const type = this.pendingLocal !== null || this.current?.offerer === true ? "offer" : "answer";
    return { type, sdp: written({ ...described, candidates: this.#gathered.get(described.ufrag) ?? [] }) };
  }

  get remoteDescription(): { type: "offer" | "answer" } | null {
    if (this.pendingRemote !== null) return { type: "offer" };
    return this.current === null ? null : { type: this.current.offerer ? "answer" : "offer" };
  }

  addTransceiver(
    of: string | MediaStreamTrack,
    init: { direction: RTCRtpTransceiverDirection; sendEncodings?: readonly object[] },
  ): FakeTransceiver {
    this.#mustLive();
    const kind = (typeof of === "string" ? of : of.kind) === "video" ? "video" : "audio";
    const track = typeof of === "string" ? null : of;
    const made = new FakeTransceiver(kind, init.direction, track, () => this.#check(), init.sendEncodings);
    this.transceivers.push(made);
    this.#check();
    return made;
  }

  getTransceivers(): FakeTransceiver[] {
    return [...this.transceivers];
  }

  setConfiguration(configuration: RTCConfiguration): void {
    this.#mustLive();
    this.#configuration = configuration;
  }

  restartIce(): void {
    if (this.closed) return;
    this.restarts += 1;
    this.#restartWanted = true;
    this.#check();
  }

  getStats(): Promise<Map<string, unknown>> {
    const pair = { localCandidateId: "own", remoteCandidateId: "other", currentRoundTripTime: 0.02 };
    const entries = [
      { id: "transport", type: "transport", selectedCandidatePairId: "pair" },
      { id: "pair", type: "candidate-pair", state: "succeeded", nominated: true, ...pair },
      { id: "own", type: "local-candidate", candidateType: this.relayed ? "relay" : "host", protocol: "udp" },
      { id: "other", type: "remote-candidate", candidateType: "host", protocol: "udp" },
    ];
    return Promise.resolve(new Map(entries.map((one) => [one.id, one])));
  }

  setLocalDescription(): Promise<void> {
    return this.#operation(() => {
      if (this.signalingState === "have-remote-offer") this.#answer();
      else this.#offer();
    });
  }

  setRemoteDescription({ type, sdp = "" }: RTCSessionDescriptionInit): Promise<void> {
    return this.#operation(() => {
      const described = read(sdp);
      if (type === "offer") this.#takeOffer(described);
      else this.#takeAnswer(described);
      for (const one of described.candidates) this.#hear(one);
      this.#network.changed();
    });
  }

  addIceCandidate(candidate?: { candidate: string; usernameFragment?: string | null }): Promise<void> {
    return this.#operation(() => {
      const remote = this.pendingRemote ?? this.current?.remote;
      if (remote === undefined) throw new DOMException("No remote description", "InvalidStateError");
      if (candidate === undefined) return;
      const { usernameFragment = null } = candidate;
      if (
        usernameFragment !== null &&
        ![remote.ufrag, this.current?.remote.ufrag].includes(usernameFragment)
      ) {
        throw new DOMException("Another generation", "OperationError");
      }
      this.#hear(candidate.candidate);
      this.#network.changed();
    });
  }

  close(): void {
    this.closed = true;
    this.signalingState = "closed";
    this.connectionState = "closed";
    this.iceConnectionState = "closed";
    this.#network.changed();
  }

  /** ICE went on: both states follow, ICE's first (W3C WebRTC §5.6). */
  become(ice: RTCIceConnectionState, connection: RTCPeerConnectionState): void {
    if (this.closed || (ice === this.iceConnectionState && connection === this.connectionState)) return;
    const iceChanged = ice !== this.iceConnectionState;
    const connectionChanged = connection !== this.connectionState;
    this.iceConnectionState = ice;
    this.connectionState = connection;
    if (iceChanged) this.oniceconnectionstatechange?.({});
    if (connectionChanged) this.onconnectionstatechange?.({});
  }

  #offer(): void {
    if (this.#restartWanted || this.#generation === 0) this.#generation += 1;
    for (const one of this.transceivers) one.mid ??= String(this.#nextMid++);
    const sections = this.transceivers.map((one) => section(one, one.direction));
    this.pendingLocal = this.#described(sections, `${this.session}g${this.#generation}`);
    this.signalingState = "have-local-offer";
    this.#gather(this.pendingLocal.ufrag);
  }

  #answer(): void {
    const remote = this.pendingRemote;
    if (remote === null) throw new DOMException("Nothing to answer", "InvalidStateError");
    const restarted = this.current !== null && this.current.remote.ufrag !== remote.ufrag;
    if (restarted || this.#generation === 0) this.#generation += 1;
    if (restarted) this.#restartWanted = false;
    const sections = remote.sections.map((theirs) => {
      const own = this.transceivers.find((one) => one.mid === theirs.mid);
      if (own === undefined) throw new DOMException("No transceiver", "InvalidStateError");
      const direction = directionOf(
        sends(own.direction) && receives(theirs.direction),
        receives(own.direction) && sends(theirs.direction),
      );
      own.currentDirection = direction;
      return section(own, direction);
    });
    const local = this.#described(sections, `${this.session}g${this.#generation}`);
    this.#agree({ local, remote, offerer: false });
    this.pendingRemote = null;
    this.signalingState = "stable";
    this.#gather(local.ufrag);
    this.#check();
    this.#network.changed();
  }

  #takeOffer(offer: Described): void {
    if (this.signalingState === "have-local-offer") this.#rollBack();
    if (this.current !== null && offer.sections.length < this.current.local.sections.length) {
      throw new DOMException("The order of sections changed", "InvalidAccessError");
    }
    for (const theirs of offer.sections) {
      let own = this.transceivers.find((one) => one.mid === theirs.mid);
      if (own === undefined) {
        // Only what came by addTrack is taken for a section of the other side (RFC 9429 §5.10).
        own = new FakeTransceiver(theirs.kind, "recvonly", null, () => this.#check());
        own.mid = theirs.mid;
        this.transceivers.push(own);
      }
      this.#nextMid = Math.max(this.#nextMid, Number(theirs.mid) + 1);
      if (sends(theirs.direction)) this.#arrives(own);
    }
    this.pendingRemote = offer;
    this.signalingState = "have-remote-offer";
  }

  #takeAnswer(answer: Described): void {
    const local = this.pendingLocal;
    if (local === null || this.signalingState !== "have-local-offer") {
      throw new DOMException("No offer is under way", "InvalidStateError");
    }
    if (answer.sections.length !== local.sections.length) {
      throw new DOMException("Another number of sections", "InvalidAccessError");
    }
    for (const theirs of answer.sections) {
      const own = this.transceivers.find((one) => one.mid === theirs.mid);
      if (own === undefined) continue;
      own.currentDirection = directionOf(receives(theirs.direction), sends(theirs.direction));
      if (sends(theirs.direction)) this.#arrives(own);
    }
    if (local.ufrag !== this.current?.local.ufrag) this.#restartWanted = false;
    this.#agree({ local, remote: answer, offerer: true });
    this.pendingLocal = null;
    this.signalingState = "stable";
    this.#check();
  }

  #agree(agreed: NonNullable<FakePeer["current"]>): void {
    this.current = agreed;
    for (const { sender } of this.transceivers) sender.transport = this.keys;
  }

  #rollBack(): void {
    this.pendingLocal = null;
    this.signalingState = "stable";
    const known = new Set(this.current?.local.sections.map(({ mid }) => mid));
    for (const one of this.transceivers) if (one.mid !== null && !known.has(one.mid)) one.mid = null;
  }

  #arrives({ receiver }: FakeTransceiver): void {
    if (this.heard.has(receiver.track.id)) return;
    this.heard.add(receiver.track.id);
    queueMicrotask(() => this.ontrack?.({ track: receiver.track }));
  }

  #hear(candidate: string): void {
    const ufrag = / ufrag (\S+)/.exec(candidate)?.[1];
    if (ufrag !== undefined) this.heard.add(ufrag);
  }

  #gather(ufrag: string): void {
    if (this.#gathered.has(ufrag)) return;
    this.gatheredWith.push(this.#configuration);
    const found: string[] = [];
    this.#gathered.set(ufrag, found);
    for (const index of [0, 1, 2]) {
      this.#network.clock.after(5 + index * 20, () => {
        if (this.closed) return;
        const candidate = `candidate:${index} 1 udp 1 127.0.0.1 ${9 + index} typ host ufrag ${ufrag}`;
        if (index < 2) found.push(candidate);
        const shown = { candidate, sdpMid: "0", sdpMLineIndex: 0, usernameFragment: ufrag };
        this.onicecandidate?.({ candidate: index < 2 ? shown : null });
      });
    }
  }

  #described(sections: readonly Section[], ufrag: string): Described {
    return { session: this.session, ufrag, sections, candidates: [] };
  }

  #mustLive(): void {
    if (this.closed) throw new DOMException("The connection is closed", "InvalidStateError");
  }

  #operation(run: () => void): Promise<void> {
    const ms = 1 + this.#network.clock.random() * 12;
    this.#operations += 1;
    const done = this.#chain.then(async () => {
      this.#mustLive();
      await new Promise<void>((resolve) => void this.#network.clock.after(ms, resolve));
      // What a closed connection was asked to do never comes back (W3C WebRTC §4.4.1.2).
      if (this.closed) await new Promise(() => {});
      run();
    });
    this.#chain = done
      .catch(() => {})
      .then(() => {
        this.#operations -= 1;
        this.#check();
      });
    return done;
  }

  /** W3C WebRTC §4.7.3: asked in a task of its own, and only while no operation and no offer is under way. */
  #check(): void {
    if (this.#checking) return;
    this.#checking = true;
    this.#network.clock.after(0, () => {
      this.#checking = false;
      const busy = this.closed || this.#operations > 0 || this.signalingState !== "stable";
      if (busy || !this.#negotiationNeeded()) return;
      this.onnegotiationneeded?.({});
    });
  }

  #negotiationNeeded(): boolean {
    if (this.#restartWanted) return true;
    return this.transceivers.some((one) => {
      const local = this.current?.local.sections.find(({ mid }) => mid === one.mid);
      const remote = this.current?.remote.sections.find(({ mid }) => mid === one.mid);
      if (local === undefined || remote === undefined) return true;
      if (this.current?.offerer === true) {
        const seen = directionOf(receives(remote.direction), sends(remote.direction));
        return local.direction !== one.direction && seen !== one.direction;
      }
      const possible = directionOf(
        sends(one.direction) && receives(remote.direction),
        receives(one.direction) && sends(remote.direction),
      );
      return local.direction !== possible;
    });
  }
}

function section({ kind, mid }: FakeTransceiver, direction: RTCRtpTransceiverDirection): Section {
  return { kind, mid: mid ?? "", direction };
}

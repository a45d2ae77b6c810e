// Connections that only gather candidates and carry one data channel, over servers that behave as a test says.

import type { VirtualClock } from "../peer/virtualClock.js";

/** How a server behaves. */
export type Behaviour =
  /** Answers, and relays. */
  | "works"
  /** Answers with an address that the device has already. */
  | "no-nat"
  /** Never answers. */
  | "silent"
  /** Does not know the credentials. */
  | "refuses"
  /** Gives an address through which nothing passes. */
  | "no-data";

/** As long as Chromium tries a server before it gives up. */
const GIVEN_UP_MS = 9_500;

class FakeChannel {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  other: FakeChannel | null = null;

  constructor(readonly clock: VirtualClock) {}

  send(data: string): void {
    this.clock.after(20, () => this.other?.onmessage?.({ data }));
  }
}

/** All servers and connections of a test. */
export class FakeIce {
  readonly behaviours = new Map<string, Behaviour>();
  readonly peers: FakeIcePeer[] = [];
  /** What else the browser does wrong. */
  throws = false;

  constructor(readonly clock: VirtualClock) {}

  /** How many connections are open. */
  get open(): number {
    return this.peers.filter((one) => !one.closed).length;
  }

  readonly create = (configuration: RTCConfiguration): RTCPeerConnection => {
    const peer = new FakeIcePeer(this, configuration);
    this.peers.push(peer);
    return peer as unknown as RTCPeerConnection;
  };
}

class FakeIcePeer {
  onicecandidate: ((event: { candidate: object | null }) => void) | null = null;
  onicecandidateerror: ((event: { errorCode: number }) => void) | null = null;
  ondatachannel: ((event: { channel: FakeChannel }) => void) | null = null;
  localDescription: { type: string; sdp: string } | null = null;
  remote: FakeIcePeer | null = null;
  channel: FakeChannel | null = null;
  heard = false;
  closed = false;

  constructor(
    readonly ice: FakeIce,
    readonly configuration: RTCConfiguration,
  ) {}

  createDataChannel(): FakeChannel {
    this.#mustLive();
    this.channel = new FakeChannel(this.ice.clock);
    return this.channel;
  }

  async setLocalDescription(): Promise<void> {
    this.#mustLive();
    if (this.ice.throws) throw new DOMException("No", "OperationError");
    this.localDescription = { type: "offer", sdp: String(this.ice.peers.indexOf(this)) };
    for (const server of this.configuration.iceServers ?? [])
      for (const url of [server.urls].flat()) this.#gather(url);
  }

  async setRemoteDescription({ sdp }: { sdp: string }): Promise<void> {
    this.#mustLive();
    this.remote = this.ice.peers[Number(sdp)] ?? null;
  }

  async addIceCandidate(): Promise<void> {
    this.#mustLive();
    if (this.remote === null) throw new DOMException("No remote description", "InvalidStateError");
    this.heard = true;
    const { remote } = this;
    if (!remote.heard || !this.#works || !remote.#works) return;
    const [caller, callee] = this.channel === null ? [remote, this] : [this, remote];
    const channel = new FakeChannel(this.ice.clock);
    channel.other = caller.channel;
    if (caller.channel !== null) caller.channel.other = channel;
    callee.ondatachannel?.({ channel });
    this.ice.clock.after(10, () => caller.channel?.onopen?.());
  }

  close(): void {
    this.closed = true;
  }

  get #works(): boolean {
    const urls = (this.configuration.iceServers ?? []).flatMap((one) => [one.urls].flat());
    return !this.closed && urls.some((url) => this.ice.behaviours.get(url) === "works");
  }

  #gather(url: string): void {
    const behaviour = this.ice.behaviours.get(url) ?? "silent";
    const type = this.configuration.iceTransportPolicy === "relay" ? "relay" : "srflx";
    const answers = behaviour === "works" || behaviour === "no-data";
    const ms = behaviour === "silent" ? GIVEN_UP_MS : 50;
    this.ice.clock.after(ms, () => {
      const candidate = { candidate: `candidate:1 1 udp 1 192.0.2.1 9 typ ${type}`, type };
      if (answers) this.onicecandidate?.({ candidate });
      if (behaviour === "silent") this.onicecandidateerror?.({ errorCode: 701 });
      if (behaviour === "refuses") this.onicecandidateerror?.({ errorCode: 401 });
      this.onicecandidate?.({ candidate: null });
    });
  }

  #mustLive(): void {
    if (this.closed) throw new DOMException("The connection is closed", "InvalidStateError");
  }
}

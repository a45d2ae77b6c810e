// A device under test: a client with fake devices, a fake network and a fake server, in fake time.

import { afterEach, beforeEach, expect, vi } from "vitest";
import type { CallSession } from "../../src/api.js";
import { Client } from "../../src/client.js";
import { type Clock, systemClock } from "../../src/clock.js";
import { createLocalMedia, type LocalMedia, type Outgoing } from "../../src/media/index.js";
import { PeerLink } from "../../src/peer/link.js";
import type { CallState, Intent } from "../../src/state.js";
import { createStore } from "../../src/store.js";
import { FakeBrowser, FakeStorage } from "../media/fakes.js";
import { FakeTrack } from "../media/fakeTracks.js";
import { FakeNetwork } from "../peer/fakeNetwork.js";
import { FakePeer } from "../peer/fakePeer.js";
import { asConnection, stubPage } from "../peer/pair.js";
import { seeded } from "../seeded.js";
import { FakeServer } from "./fakeServer.js";

/** Puts time and the page in the hands of the tests of a file. */
export function useFakeTime(): void {
  beforeEach(() => {
    vi.useFakeTimers({
      toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date", "performance"],
    });
    stubPage();
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });
}

/** Lets so many milliseconds pass. */
export async function pass(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
}

/** One browser tab. */
export class Device {
  readonly browser = new FakeBrowser();
  readonly clock: Clock = { ...systemClock, random: seeded(1) };
  readonly network: FakeNetwork;
  readonly peers: FakePeer[] = [];
  readonly media: LocalMedia;
  readonly client: Client;
  readonly others = new Map<string, PeerLink>();

  constructor(
    readonly server: FakeServer,
    readonly storage: FakeStorage = new FakeStorage(),
    network?: FakeNetwork,
  ) {
    this.network = network ?? new FakeNetwork(this.clock);
    this.media = createLocalMedia(this.browser.environment());
    this.client = new Client(
      { socket: server, storage, playAudio: false },
      {
        media: this.media,
        createConnection: (configuration) => {
          const peer = new FakePeer(this.network, configuration);
          this.peers.push(peer);
          return asConnection(peer);
        },
      },
    );
  }

  /** The call of now. */
  get session(): CallSession {
    const { current } = this.client.session.get();
    if (current === null) throw new Error("there is no call");
    return current;
  }

  get state(): CallState {
    return this.session.store.get();
  }

  get live(): number {
    return this.browser.devices.live("audio") + this.browser.devices.live("video");
  }

  /** Does what a person asks for, and gives it a moment. */
  async act(intent: Intent): Promise<void> {
    const done = this.session.dispatch(intent);
    const outcome = done.then(
      () => null,
      (error: unknown) => ({ error }),
    );
    await pass(50);
    const failure = await Promise.race([outcome, null]);
    if (failure !== null) throw failure.error;
  }

  /** Somebody else's device: connects with this one as soon as there are signals. */
  other(userId: string, offers: boolean): PeerLink {
    const outgoing = createStore<Outgoing>({
      audio: new FakeTrack("audio"),
      video: null,
      videoKind: "camera",
    });
    const link: PeerLink = new PeerLink({
      userId: this.server.self,
      polite: !offers,
      clock: this.clock,
      outgoing,
      createConnection: () => asConnection(new FakePeer(this.network)),
      send: ({ kind, ...rest }) => {
        const name = kind === "candidate" ? "call:ice-candidate" : `call:${kind}`;
        setTimeout(() => {
          this.server.tell(name, { callId: this.server.theCall.id, fromUserId: userId, ...rest });
        }, 10);
      },
      reachable: () => true,
    });
    this.server.peers.set(userId, (signal) => setTimeout(() => link.receive(signal), 10));
    this.others.get(userId)?.close();
    this.others.set(userId, link);
    link.start(offers);
    return link;
  }

  /** Ann calls Bob, he answers, and media flows. */
  async talk(options: { readonly video?: boolean } = {}): Promise<CallSession> {
    const session = this.client.start({ conversationId: "conversation", type: "audio", ...options });
    await pass(100);
    this.server.ring("bob");
    this.other("bob", false);
    this.server.join("bob");
    await pass(2_500);
    expect(session.store.get().phase).toBe("active");
    return session;
  }

  /** Everything is gone. */
  close(): void {
    for (const link of this.others.values()) link.close();
    this.client.dispose();
  }
}

/** A device of somebody. */
export function deviceOf(self: string): Device {
  return new Device(new FakeServer(self));
}

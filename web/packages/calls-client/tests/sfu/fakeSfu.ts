// The server's own media for one device: answers its publisher, offers to its subscriber, and points slots at people.

import { vi } from "vitest";
import type { PeerSignal } from "../../src/peer/signal.js";
import type { MediaPeer, ServerEvents, SlotSource, Topology } from "../../src/wire/index.js";
import { FakePeer } from "../peer/fakePeer.js";
import { type Device, pass } from "../session/device.js";

type Signal = PeerSignal & { readonly transport?: MediaPeer };
type Slot = ServerEvents["call:slots"]["slots"][number];

/** Candidates of the fake browser are all gathered by then. */
const GATHERED_MS = 40;

const AUDIO_SLOTS = 5;
const VIDEO_SLOTS = 11;

/** One participant's two connections, from the server's side. */
export class FakeSfu {
  publisher: FakePeer | null = null;
  subscriber: FakePeer | null = null;
  /** Takes in nothing, says nothing. */
  silent = false;
  /** Knows nothing of offering first: begins with the device's offer. */
  waits = false;
  /** What came from the device. */
  readonly received: Signal[] = [];
  readonly #device: Device;
  #page = "";
  #offers = 0;
  #rev = 0;
  #work: Promise<void> = Promise.resolve();

  constructor(device: Device) {
    this.#device = device;
    device.server.peers.set("sfu", (signal: Signal) => {
      this.received.push(signal);
      if (!this.silent) this.#queue(() => this.#take(signal));
    });
    device.server.answers.set("call:transport-state", ({ state, leg, transport }) => {
      const awaited = state === "connecting" && leg === "sfu" && transport === "subscriber";
      if (awaited && !this.silent && !this.waits) this.#queue(() => this.#offerFirst());
      return {};
    });
  }

  /** The device's connection at the other end of one of these. */
  get page(): { readonly publisher: FakePeer; readonly subscriber: FakePeer } {
    const of = (peer: FakePeer | null): FakePeer => {
      const other = peer === null ? null : this.#device.network.partnerOf(peer);
      if (other === null) throw new Error("not connected with the device");
      return other;
    };
    return { publisher: of(this.publisher), subscriber: of(this.subscriber) };
  }

  /** Both connections are up. */
  get ready(): boolean {
    return [this.publisher, this.subscriber].every((one) => one?.connectionState === "connected");
  }

  /** How many offers of the device came. */
  get offers(): number {
    return this.received.filter((one) => one.kind === "offer").length;
  }

  /** The server changes the way that media takes. */
  topology(topology: Topology): void {
    this.#device.server.happen("call:topology-changed", { topology }, { topology });
  }

  /** What comes on the slots; by section, the others are free. */
  slots(shown: Readonly<Record<number, readonly [string, SlotSource, Slot["paused"]?]>>): void {
    const { server } = this.#device;
    this.#rev += 1;
    const sections = (this.subscriber?.transceivers ?? []).map((one, index): Slot => {
      const [userId = null, source = null, paused = null] = shown[index] ?? [];
      return { mid: one.mid ?? "", kind: one.kind, userId, source, paused };
    });
    server.tell("call:slots", { callId: server.theCall.id, rev: this.#rev, slots: sections });
  }

  /** Packets come on a section from now on: one for each call. */
  packet(section: number): void {
    const one = this.page.subscriber.transceivers[section];
    if (one !== undefined) one.newest = (one.newest ?? 0) + 960;
  }

  /** Packets come on a section for so long, fifty in a second. */
  async flow(section: number, ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 20) {
      this.packet(section);
      await pass(20);
    }
  }

  /** The subscriber connection is offered anew with new ICE credentials. */
  restart(): void {
    this.#queue(async () => {
      this.subscriber?.restartIce();
      await this.#offer();
    });
  }

  /** Both connections end here, as those of a server that is restarted. */
  forget(): void {
    this.publisher?.close();
    this.subscriber?.close();
    this.publisher = null;
    this.subscriber = null;
    this.#page = "";
  }

  /** The same, after a word of goodbye: the keys are closed on the device's side too. */
  sayGoodbye(): void {
    const { publisher, subscriber } = this.page;
    this.forget();
    for (const one of [publisher, subscriber]) one.keys.end("closed");
  }

  #queue(work: () => Promise<void>): void {
    this.#work = this.#work.then(work);
  }

  async #take(signal: Signal): Promise<void> {
    if (signal.kind === "offer") await this.#answer(signal.offer.sdp, signal.negotiationId);
    else if (signal.kind === "answer" && signal.negotiationId === this.#offers) {
      if (this.subscriber?.signalingState === "have-local-offer")
        await this.subscriber.setRemoteDescription({ type: "answer", sdp: signal.answer.sdp });
    }
  }

  async #answer(sdp: string, negotiationId: number | undefined): Promise<void> {
    const page = /^o=\S+ (\d+) /m.exec(sdp)?.[1] ?? "";
    const begins = page !== this.#page;
    if (begins) {
      // What was offered before belongs to the same page.
      if (this.#page !== "") this.forget();
      this.#page = page;
      this.publisher = new FakePeer(this.#device.network);
    }
    const { publisher } = this;
    if (publisher === null) return;
    await publisher.setRemoteDescription({ type: "offer", sdp });
    await publisher.setLocalDescription();
    await this.#gathered();
    this.#tell("answer", publisher, { transport: "publisher", negotiationId });
    if (begins && this.subscriber === null) await this.#firstOffer();
  }

  async #offerFirst(): Promise<void> {
    if (this.#page !== "") return;
    this.subscriber?.close();
    await this.#firstOffer();
  }

  async #firstOffer(): Promise<void> {
    this.subscriber = new FakePeer(this.#device.network);
    for (let index = 0; index < AUDIO_SLOTS + VIDEO_SLOTS; index += 1)
      this.subscriber.addTransceiver(index < AUDIO_SLOTS ? "audio" : "video", { direction: "sendonly" });
    await this.#offer();
  }

  async #offer(): Promise<void> {
    const { subscriber } = this;
    if (subscriber === null) return;
    this.#offers += 1;
    await subscriber.setLocalDescription();
    await this.#gathered();
    this.#tell("offer", subscriber, { transport: "subscriber", negotiationId: this.#offers });
  }

  #tell(kind: "offer" | "answer", peer: FakePeer, fields: object): void {
    const { server } = this.#device;
    const described = { [kind]: peer.localDescription };
    server.tell(`call:${kind}`, { callId: server.theCall.id, fromUserId: "sfu", ...described, ...fields });
  }

  #gathered(): Promise<void> {
    return new Promise((resolve) => void this.#device.clock.after(GATHERED_MS, resolve));
  }
}

/** Lets time pass until both connections are up. */
export async function untilReady(sfu: FakeSfu): Promise<void> {
  // The part is loaded in real time.
  await vi.dynamicImportSettled();
  for (let step = 0; step < 100 && !sfu.ready; step += 1) await pass(50);
  if (!sfu.ready) throw new Error("the connections with the server did not come about");
  // The device's ends follow within this.
  await pass(700);
}

// Media through the server: both connections, what comes on them, and who is heard from where meanwhile.

import type { Clock } from "../clock.js";
import { CallError, CONNECTION_LOST_MESSAGE, SFU_UNREACHABLE_MESSAGE } from "../errors.js";
import type { Sources } from "../media/localMedia.js";
import type { Playback } from "../media/playback.js";
import type { Restart } from "../peer/link.js";
import type { PeerSignal } from "../peer/signal.js";
import type { Sample } from "../session/monitor.js";
import type { LinkFacts } from "../session/participants.js";
import type { LinkState, QualityChoice, ShownTile } from "../state.js";
import type { Store } from "../store.js";
import type { CallView } from "../view/index.js";
import type { MediaPeer, ServerEvents, SlotRequest } from "../wire/index.js";
import { LegStats } from "./legStats.js";
import { Publisher } from "./publisher.js";
import { Reception } from "./reception.js";
import { Subscriber } from "./subscriber.js";
import { Subscription } from "./subscription.js";

/**
 * What is received is negotiated first, and what is sent after it, for a browser does one at a time: what somebody who
 * joins waits for is to see and hear the others. A server that knows no such order begins with our offer, which is made
 * after so many milliseconds in any case.
 */
const RECEIVES_FIRST_MS = 120;

/** What media through the server is made of. */
export interface SfuOptions {
  readonly clock: Clock;
  readonly selfId: string;
  readonly sources: Store<Sources>;
  readonly choice: () => QualityChoice;
  readonly createConnection: () => RTCPeerConnection;
  readonly playback: Playback | null;
  /** How loud somebody is to be played, 0 to 1. */
  readonly volumeOf: (userId: string) => number;
  /** The direct connections of now. */
  readonly direct: () => ReadonlyMap<string, LinkFacts>;
  /** The newest packet of somebody's sound that came directly (RTP timestamp); null before the first. */
  readonly directPacket: (userId: string) => number | null;
  /** Everybody is changed over: the direct connections are no longer needed. */
  readonly closeDirect: () => void;
  readonly send: (transport: MediaPeer, signal: PeerSignal) => void;
  readonly subscribe: (slots: SlotRequest[], refused: () => void) => void;
  /** Tells the server how the receiving connection is: its offer is awaited (`connecting`), or it is broken. */
  readonly tell: (state: "connecting" | "disconnected" | "failed") => void;
  /** Signalling works now. */
  readonly reachable: () => boolean;
  readonly changed: () => void;
}

/** What comes with the others' media. */
export type RoomEvent =
  | { readonly name: "call:slots"; readonly payload: ServerEvents["call:slots"] }
  | { readonly name: "call:layers"; readonly payload: ServerEvents["call:layers"] };

/** Lives while a call is, or may soon be, one through the server. */
export class SfuSession {
  readonly #options: SfuOptions;
  readonly #publisher: Publisher;
  readonly #subscriber: Subscriber;
  readonly #subscription: Subscription;
  readonly #reception: Reception;
  readonly #stats = new LegStats();
  /** Until our own offer is begun. */
  #cancelBegin: (() => void) | null = null;
  #state: LinkState = { status: "connecting", stats: null, error: null };

  constructor(options: SfuOptions) {
    this.#options = options;
    const shared = {
      clock: options.clock,
      createConnection: options.createConnection,
      rebuild: () => this.#rebuild(),
      changed: () => this.#changed(),
    };
    this.#publisher = new Publisher({
      ...shared,
      sources: options.sources,
      choice: options.choice,
      reachable: options.reachable,
      send: (signal) => options.send("publisher", signal),
    });
    this.#subscriber = new Subscriber({
      ...shared,
      send: (signal) => options.send("subscriber", signal),
      answered: () => this.#begin(),
      complain: () => this.#complain(),
      beganAgain: () => this.#reception.forget(),
    });
    this.#reception = new Reception({
      ...options,
      subscriber: this.#subscriber,
      connected: () => this.connected,
    });
    this.#subscription = new Subscription({
      clock: options.clock,
      choice: options.choice,
      places: () => this.#reception.places,
      reachable: options.reachable,
      tell: options.subscribe,
    });
    this.#publisher.leg.begin();
    this.#subscriber.leg.begin();
    this.#cancelBegin = options.clock.after(RECEIVES_FIRST_MS, () => this.#begin());
    if (options.reachable()) options.tell("connecting");
  }

  /** Both connections are up. */
  get connected(): boolean {
    return this.#state.status === "connected";
  }

  /** Both connections were up at some time. */
  get everConnected(): boolean {
    return this.#publisher.leg.everConnected && this.#subscriber.leg.everConnected;
  }

  /** The server's view is another one. */
  settle(view: CallView): void {
    const { selfId } = this.#options;
    const others = view.participants.filter((one) => one.userId !== selfId && one.status === "joined");
    this.#reception.settle(
      view.topology,
      others.map(({ userId }) => userId),
    );
    this.#subscription.people(others);
  }

  /** An offer or an answer of the server. */
  receive(transport: MediaPeer, signal: PeerSignal): void {
    (transport === "publisher" ? this.#publisher : this.#subscriber).receive(signal);
  }

  /** The server could not use what this device sent with an event of this name. */
  refused(event: string): void {
    if (event === "call:offer") this.#publisher.refused();
  }

  /** What the server says of the others' media, and of who watches ours. */
  hear(event: RoomEvent): void {
    if (event.name === "call:slots") this.#reception.take(event.payload);
    else this.#publisher.watched(event.payload.source, event.payload.rids);
  }

  /** All that is on the screen. */
  show(tiles: readonly ShownTile[]): void {
    this.#subscription.show(tiles);
  }

  /** The person chose another quality. */
  limit(): void {
    this.#publisher.limit();
    this.#subscription.changed();
  }

  /** Somebody is to be played louder or softer. */
  volumeChanged(): void {
    this.#reception.apply();
  }

  /** Everybody else with the connection on which they are heard and seen now. */
  facts(): ReadonlyMap<string, LinkFacts> {
    return this.#reception.facts(this.#state, this.everConnected);
  }

  /** How loud somebody is now, 0 to 1; null while nothing is known. */
  loudness(userId: string): number | null {
    return this.#reception.loudness(userId);
  }

  /** In a call that goes back to direct connections: everybody is heard on those. */
  get heardDirectly(): boolean {
    return this.#reception.heardDirectly;
  }

  /** Measures both connections as one. */
  async sample(): Promise<Sample> {
    const [publisher, subscriber] = [this.#publisher.leg.pc, this.#subscriber.leg.pc];
    if (!this.connected || publisher === null || subscriber === null) return { quality: null, stats: null };
    // A telephone that was turned has another picture, and no event says so.
    this.#publisher.limit();
    const { wantedKbps } = this.#publisher;
    const sample = await this.#stats.measure({ publisher, subscriber, wantedKbps }, this.#options.clock);
    if (this.connected) this.#become({ ...this.#state, stats: sample.stats });
    return sample;
  }

  /** Signalling is back: what may have got lost is sent again. */
  signallingBack(): void {
    this.#publisher.signallingBack();
    this.#subscriber.signallingBack();
    this.#subscription.again();
  }

  /** A person asks for it: what is broken is tried at once. */
  retry(): void {
    this.#publisher.leg.retry();
    if (this.#subscriber.leg.everConnected) this.#subscriber.leg.retry();
  }

  /** The network may be another one: what is broken is tried at once. */
  networkChanged(): void {
    this.#publisher.leg.changed();
    if (this.#subscriber.leg.everConnected) this.#subscriber.leg.changed();
  }

  /** Other relay servers, or another policy. */
  configure(configuration: RTCConfiguration, restart: Restart): void {
    this.#publisher.configure(configuration);
    this.#subscriber.configure(configuration);
    if (restart === "anew") this.#rebuild();
    else if (restart === "all") {
      this.#publisher.restartIce();
      this.#complain();
    } else if (restart === "broken") this.networkChanged();
    else this.retry();
  }

  close(): void {
    this.#cancelBegin?.();
    this.#subscription.close();
    this.#reception.close();
    this.#publisher.close();
    this.#subscriber.close();
  }

  /** Begins to send; once. */
  #begin(): void {
    if (this.#cancelBegin === null) return;
    this.#cancelBegin();
    this.#cancelBegin = null;
    this.#publisher.begin();
  }

  /** Both connections are made anew: the server does the same when it sees that another page, or life, offers. */
  #rebuild(): void {
    this.#cancelBegin?.();
    this.#cancelBegin = null;
    this.#publisher.begin();
    this.#subscriber.begin();
    this.#publisher.leg.replaced();
    this.#subscriber.leg.replaced();
    this.#subscription.again();
  }

  #complain(): void {
    const state = this.#subscriber.leg.pc?.connectionState;
    if (this.#options.reachable()) this.#options.tell(state === "failed" ? "failed" : "disconnected");
  }

  #changed(): void {
    this.#follow();
    this.#reception.look();
  }

  /** The state of both connections as one. */
  #follow(): void {
    const legs = [this.#publisher.leg.status, this.#subscriber.leg.status];
    const status = (["failed", "interrupted", "connecting"] as const).find((one) => legs.includes(one));
    if (status === undefined) {
      this.#become({ ...this.#state, status: "connected", error: null });
      // The room has its slots from now on.
      this.#subscription.again();
      return;
    }
    const error = status === this.#state.status ? this.#state.error : this.#error(status);
    this.#become({ ...this.#state, status, error });
  }

  #become(state: LinkState): void {
    const keys = Object.keys(state) as (keyof LinkState)[];
    if (!keys.every((key) => state[key] === this.#state[key])) this.#state = state;
    this.#options.changed();
  }

  #error(status: LinkState["status"]): CallError | null {
    if (status === "connecting") return null;
    const recover = async (): Promise<void> => this.retry();
    return status === "failed"
      ? new CallError("IceFailed", SFU_UNREACHABLE_MESSAGE, { recover })
      : new CallError("ConnectionLost", CONNECTION_LOST_MESSAGE, { recover });
  }
}

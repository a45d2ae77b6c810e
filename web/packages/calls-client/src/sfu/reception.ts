// What comes from the server: each slot's sound is played all the time, and counts for the person it shows.

import type { Clock } from "../clock.js";
import type { Playback } from "../media/playback.js";
import type { LinkFacts, Pictures } from "../session/participants.js";
import type { LinkState } from "../state.js";
import type { ServerEvents, Topology } from "../wire/index.js";
import {
  ARRIVES_WITHIN_MS,
  DIRECT_KEPT_MS,
  type Flow,
  flowStep,
  isSteady,
  type Way,
  wayOf,
} from "./handover.js";
import {
  type Arrival,
  isAwaited,
  type NewestPacket,
  noSlots,
  type Slot,
  type Slots,
  slotOf,
  takeSlots,
  watchArrival,
} from "./slots.js";
import type { Subscriber } from "./subscriber.js";

/** Between two looks at what has not arrived yet. A gap that is heard begins at about 100 ms. */
const LOOK_MS = 40;

/** The same after three seconds: somebody who is silent may take long. */
const LOOK_SELDOM_MS = 400;

/** Pictures that come at one time before the server has said how many. */
const PLACES = 9;

/** What it needs. */
export interface ReceptionOptions {
  readonly clock: Clock;
  readonly subscriber: Pick<Subscriber, "track" | "packet" | "loudness">;
  readonly playback: Playback | null;
  /** Both connections with the server are up. */
  readonly connected: () => boolean;
  /** How loud somebody is to be played, 0 to 1. */
  readonly volumeOf: (userId: string) => number;
  /** The direct connections of now. */
  readonly direct: () => ReadonlyMap<string, LinkFacts>;
  /** The newest packet of somebody's sound that came directly (RTP timestamp); null before the first. */
  readonly directPacket: (userId: string) => NewestPacket;
  /** Everybody is changed over: the direct connections are no longer needed. */
  readonly closeDirect: () => void;
  readonly changed: () => void;
}

/**
 * Owns who is heard from where. A slot is played from the moment it exists: only its loudness changes when the
 * server points it at somebody else, or when somebody is changed over from a direct connection, so that nothing
 * has to start and there is no gap.
 */
export class Reception {
  readonly #options: ReceptionOptions;
  #slots: Slots = noSlots();
  #topology: Topology = "mesh";
  #others: readonly string[] = [];
  #sinceMs: number;
  readonly #arrivals = new Map<string, Arrival>();
  /** Sections that showed somebody since the connection began. */
  readonly #used = new Set<string>();
  readonly #ways = new Map<string, Way>();
  /** The sound of everybody with two ways, as it comes on each: `direct ann`, `server ann`. */
  readonly #flows = new Map<string, Flow | null>();
  /** Since when each direct connection is up. */
  readonly #directUp = new Map<string, number>();
  readonly #played = new Set<string>();
  #cancelLook: () => void = () => {};
  #closed = false;

  constructor(options: ReceptionOptions) {
    this.#options = options;
    this.#sinceMs = options.clock.now();
  }

  /** How many pictures come at one time without growing the connection. */
  get places(): number {
    return this.#slots.slots.filter((one) => one.kind === "video").length || PLACES;
  }

  /** Everybody with a direct connection is heard on it. */
  get heardDirectly(): boolean {
    const direct = [...this.#options.direct().keys()];
    return direct.length > 0 && direct.every((userId) => this.#ways.get(userId) === "direct");
  }

  /** How media travels, and everybody else who is joined. */
  settle(topology: Topology, others: readonly string[]): void {
    if (topology !== this.#topology) {
      this.#topology = topology;
      this.#sinceMs = this.#options.clock.now();
    }
    this.#others = others;
    for (const userId of [...this.#ways.keys()]) if (!others.includes(userId)) this.#ways.delete(userId);
    this.look();
  }

  /** What the server says of the slots. */
  take(event: ServerEvents["call:slots"]): void {
    const next = takeSlots(this.#slots, event);
    if (next === this.#slots) return;
    this.#slots = next;
    this.look();
    this.#options.changed();
  }

  /** The receiving connection is another one: what was told of the former one is over. */
  forget(): void {
    this.#slots = noSlots();
    this.#arrivals.clear();
    this.#used.clear();
    for (const key of this.#played) this.#options.playback?.set(key, null);
    this.#played.clear();
    this.look();
  }

  /** How loud somebody is now who is heard through the server, 0 to 1; null while nothing is known. */
  loudness(userId: string): number | null {
    if (this.#ways.get(userId) !== "server") return null;
    const slot = slotOf(this.#slots, userId, "microphone");
    return slot === undefined ? null : this.#options.subscriber.loudness(slot.mid);
  }

  /** Everybody else, with what comes from them; `server` is the state of the connections with the server. */
  facts(server: LinkState, everConnected: boolean): ReadonlyMap<string, LinkFacts> {
    const direct = this.#options.direct();
    return new Map(
      this.#others.map((userId) => {
        const link = direct.get(userId);
        const way = link === undefined ? "server" : (this.#ways.get(userId) ?? "direct");
        const served = link === undefined || way === "server";
        const facts: LinkFacts = {
          state: served ? server : link.state,
          everConnected: (served && everConnected) || link?.everConnected === true,
          incoming: {
            audio: served ? this.#track(slotOf(this.#slots, userId, "microphone")) : link.incoming.audio,
            video: link?.incoming.video ?? null,
          },
          pictures: this.#pictures(userId, way, link),
        };
        return [userId, facts];
      }),
    );
  }

  /** Sets how loud everybody is on each of their ways. */
  apply(): void {
    const { playback, volumeOf, direct, subscriber } = this.#options;
    if (playback === null) return;
    for (const userId of direct().keys()) {
      playback.setVolume(userId, this.#ways.get(userId) === "server" ? 0 : volumeOf(userId));
    }
    for (const { kind, mid, userId } of this.#slots.slots) {
      const track = kind === "audio" ? subscriber.track(mid) : null;
      if (track === null) continue;
      const key = `slot ${mid}`;
      this.#played.add(key);
      const heard = userId !== null && this.#ways.get(userId) === "server";
      playback.setVolume(key, heard ? volumeOf(userId) : 0);
      playback.set(key, track);
    }
  }

  /** Looks at what has arrived since, and changes over whom it concerns. Looks again while somebody is awaited. */
  look(): void {
    if (this.#closed) return;
    this.#cancelLook();
    const { clock, direct, closeDirect, connected, changed } = this.#options;
    const nowMs = clock.now();
    const before = this.#says();
    for (const slot of this.#slots.slots) this.#watch(slot, nowMs);
    for (const userId of this.#others) this.#ways.set(userId, this.#way(userId, direct().get(userId), nowMs));
    this.apply();
    if (this.#says() !== before) changed();
    const kept = this.#topology !== "sfu" || nowMs - this.#sinceMs < DIRECT_KEPT_MS;
    if (!kept && connected() && direct().size > 0) closeDirect();
    const wait = this.#awaits(nowMs);
    if (wait !== null) this.#cancelLook = clock.after(wait, () => this.look());
  }

  close(): void {
    const { playback, direct, volumeOf } = this.#options;
    this.#closed = true;
    this.#cancelLook();
    for (const key of this.#played) playback?.set(key, null);
    for (const userId of direct().keys()) playback?.setVolume(userId, volumeOf(userId));
  }

  #watch(slot: Slot, nowMs: number): void {
    if (slot.userId === null) {
      this.#arrivals.delete(slot.mid);
      return;
    }
    const packet = this.#options.subscriber.packet(slot.mid);
    const unused = !this.#used.has(slot.mid);
    this.#used.add(slot.mid);
    this.#arrivals.set(slot.mid, watchArrival(this.#arrivals.get(slot.mid), slot, packet, nowMs, unused));
  }

  #way(userId: string, link: LinkFacts | undefined, nowMs: number): Way {
    const up = link?.state.status === "connected";
    if (!up) this.#directUp.delete(userId);
    else if (!this.#directUp.has(userId)) this.#directUp.set(userId, nowMs);
    const upForMs = nowMs - (this.#directUp.get(userId) ?? nowMs);
    const before = this.#ways.get(userId) ?? (this.#topology === "downgrading" ? "server" : "direct");
    const ways = {
      direct: link !== undefined,
      directArrived: up && (this.#steady("direct", userId, nowMs) || upForMs >= ARRIVES_WITHIN_MS),
      server: this.#options.connected(),
      serverArrived: this.#steady("server", userId, nowMs),
    };
    return wayOf(this.#topology, before, ways, nowMs - this.#sinceMs);
  }

  #steady(way: Way, userId: string, nowMs: number): boolean {
    const { directPacket, subscriber } = this.#options;
    const slot = slotOf(this.#slots, userId, "microphone");
    const arrived = slot !== undefined && this.#arrived(slot);
    const packet = way === "direct" ? directPacket(userId) : arrived ? subscriber.packet(slot.mid) : null;
    const key = `${way} ${userId}`;
    const flow = flowStep(this.#flows.get(key) ?? null, packet, nowMs);
    this.#flows.set(key, flow);
    return isSteady(flow, nowMs);
  }

  /** Until the next look, in milliseconds; null when nobody is awaited. */
  #awaits(nowMs: number): number | null {
    const direct = this.#options.direct();
    const back = this.#topology === "downgrading";
    if (back ? !this.heardDirectly : this.#topology !== "mesh" && direct.size > 0) return LOOK_MS;
    const awaited = this.#slots.slots
      .filter((slot) => slot.userId !== null && slot.paused === null && !this.#arrived(slot))
      .map((slot) => nowMs - (this.#arrivals.get(slot.mid)?.sinceMs ?? nowMs));
    if (awaited.length === 0) return null;
    return Math.min(...awaited) < ARRIVES_WITHIN_MS ? LOOK_MS : LOOK_SELDOM_MS;
  }

  #pictures(userId: string, way: Way, link: LinkFacts | undefined): Pictures {
    // Between the ways a direct picture that moves is the one that goes with the sound.
    const stays = way === "direct" && link?.incoming.video?.muted === false;
    const of = (source: "camera" | "screen"): { track: MediaStreamTrack | null; slot: Slot | undefined } => {
      const slot = stays ? undefined : slotOf(this.#slots, userId, source);
      return { slot, track: this.#picture(slot) };
    };
    const [camera, screen] = [of("camera"), of("screen")];
    return {
      camera: camera.track,
      screen: screen.track,
      cameraPaused: camera.slot?.paused ?? null,
      screenPaused: screen.slot?.paused ?? null,
    };
  }

  #picture(slot: Slot | undefined): MediaStreamTrack | null {
    if (slot === undefined) return null;
    return this.#arrived(slot) || isAwaited(this.#arrivals.get(slot.mid), slot) ? this.#track(slot) : null;
  }

  #arrived(slot: Slot | undefined): boolean {
    return slot !== undefined && this.#arrivals.get(slot.mid)?.arrived === true;
  }

  #track(slot: Slot | undefined): MediaStreamTrack | null {
    return slot === undefined ? null : this.#options.subscriber.track(slot.mid);
  }

  /** Who is heard where, and what has arrived: another text when something of it changed. */
  #says(): string {
    const arrived = [...this.#arrivals].map(([mid, one]) => `${mid} ${one.of} ${one.arrived}`);
    return [...[...this.#ways].flat(), ...arrived].join();
  }
}

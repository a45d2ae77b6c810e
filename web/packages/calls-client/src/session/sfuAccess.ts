// Media through the server: loads that part when a call needs it, and keeps what came for it meanwhile.

import type { Clock } from "../clock.js";
import { CallError, SFU_UNREACHABLE_MESSAGE } from "../errors.js";
import type { PeerSignal } from "../peer/signal.js";
import type { RoomEvent, SfuOptions, SfuSession } from "../sfu/index.js";
import type { ShownTile } from "../state.js";
import type { CallView } from "../view/index.js";
import type { MediaPeer } from "../wire/index.js";

/** Longer, and the person wants to know that it does not come about. */
const UNREACHABLE_AFTER_MS = 15_000;

/** Between two attempts to load the part. */
const AGAIN_MS = 1_000;

/** What comes before the part is there: an answer, an offer, and a word of slots and layers for each of some seconds. */
const EARLY = 32;

type Work = (session: SfuSession) => void;

/** What it needs. */
export interface SfuAccessOptions {
  readonly clock: Clock;
  /** What the part is made of, once it is there. */
  readonly parts: (selfId: string) => SfuOptions;
  /** Somebody is connected directly meanwhile: nothing is amiss. */
  readonly spoken: () => boolean;
  readonly changed: () => void;
}

/** Owns the question whether media goes through the server. */
export class SfuAccess {
  readonly #options: SfuAccessOptions;
  #session: SfuSession | null = null;
  #wanted: { readonly view: CallView; readonly selfId: string } | null = null;
  #loading = false;
  #early: Work[] = [];
  #tiles: readonly ShownTile[] | null = null;
  #cancelPatience: () => void = () => {};
  #cancelAgain: () => void = () => {};
  #late = false;
  #error: CallError | null = null;

  constructor(options: SfuAccessOptions) {
    this.#options = options;
  }

  /** The part; null while it is not there or not needed. */
  get session(): SfuSession | null {
    return this.#session;
  }

  /** Why there is no media, once that has taken too long. */
  get error(): CallError | null {
    const missing = this.#late && this.#session?.everConnected !== true && !this.#options.spoken();
    if (!missing) return null;
    const recover = async (): Promise<void> => this.#session?.retry();
    this.#error ??= new CallError("IceFailed", SFU_UNREACHABLE_MESSAGE, { recover });
    return this.#error;
  }

  /** Loads the part ahead of time. */
  prefetch(): void {
    load().catch((error: unknown) => console.debug("not loaded yet", error));
  }

  /** Brings it to what the view says. */
  settle(view: CallView, selfId: string): void {
    if (view.topology === "mesh") {
      this.close();
      return;
    }
    if (this.#wanted === null) {
      this.#cancelPatience = this.#options.clock.after(UNREACHABLE_AFTER_MS, () => {
        this.#late = true;
        this.#options.changed();
      });
    }
    this.#wanted = { view, selfId };
    if (this.#session !== null) this.#session.settle(view);
    else void this.#begin();
  }

  receive(transport: MediaPeer, signal: PeerSignal): void {
    this.#work((session) => session.receive(transport, signal));
  }

  hear(event: RoomEvent): void {
    this.#work((session) => session.hear(event));
  }

  /** All that is on the screen; kept for when media goes through the server. */
  show(tiles: readonly ShownTile[]): void {
    this.#tiles = tiles;
    this.#session?.show(tiles);
  }

  /** Media goes between the participants, or the call is over. */
  close(): void {
    this.#wanted = null;
    this.#early = [];
    this.#late = false;
    this.#error = null;
    this.#cancelPatience();
    this.#cancelAgain();
    const session = this.#session;
    this.#session = null;
    session?.close();
  }

  #work(work: Work): void {
    if (this.#session !== null) work(this.#session);
    else if (this.#wanted !== null) this.#early = [...this.#early, work].slice(-EARLY);
  }

  async #begin(): Promise<void> {
    if (this.#loading) return;
    this.#loading = true;
    try {
      const { SfuSession } = await load();
      if (this.#wanted === null) return;
      const { view, selfId } = this.#wanted;
      const session = new SfuSession(this.#options.parts(selfId));
      this.#session = session;
      if (this.#tiles !== null) session.show(this.#tiles);
      session.settle(view);
      for (const work of this.#early.splice(0)) work(session);
      this.#options.changed();
    } catch (error) {
      console.debug("media through the server could not be loaded", error);
      this.#cancelAgain();
      this.#cancelAgain = this.#options.clock.after(AGAIN_MS, () => {
        if (this.#wanted !== null && this.#session === null) void this.#begin();
      });
    } finally {
      this.#loading = false;
    }
  }
}

const load = (): Promise<typeof import("../sfu/index.js")> => import("../sfu/index.js");

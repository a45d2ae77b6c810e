// Tells the server what this device wants to see: a state, told again when it changed or may have got lost.

import type { Clock } from "../clock.js";
import type { QualityChoice, ShownTile } from "../state.js";
import type { SlotRequest } from "../wire/index.js";
import { changesIn, type Hidden, hiddenAfter, type Shower, wishes } from "./wishes.js";

/** Changes that come together are told together; longer shows a new picture later. */
const TOGETHER_MS = 80;

/** After a refusal that may pass. */
const AGAIN_MS = 1_000;

/** What it needs. */
export interface SubscriptionOptions {
  readonly clock: Clock;
  readonly choice: () => QualityChoice;
  /** How many pictures come at one time without growing the connection. */
  readonly places: () => number;
  /** Signalling works now, and the server has a room for this call. */
  readonly reachable: () => boolean;
  /** Tells the server; `refused` is called when it may be worth trying again. */
  readonly tell: (slots: SlotRequest[], refused: () => void) => void;
}

/** Owns the list that the server knows. */
export class Subscription {
  readonly #options: SubscriptionOptions;
  #tiles: readonly ShownTile[] | null = null;
  #hidden: ReadonlyMap<string, Hidden> = new Map();
  #others: readonly Shower[] = [];
  /** What was told last; null when it has to be told again. */
  #told: string | null = null;
  #cancelSend: (() => void) | null = null;
  #cancelHide: () => void = () => {};
  #closed = false;

  constructor(options: SubscriptionOptions) {
    this.#options = options;
  }

  /** All that is on the screen. */
  show(tiles: readonly ShownTile[]): void {
    const nowMs = this.#options.clock.now();
    this.#hidden = hiddenAfter(this.#hidden, this.#tiles ?? [], tiles, nowMs);
    this.#tiles = tiles;
    this.changed();
  }

  /** Everybody else who is joined. */
  people(others: readonly Shower[]): void {
    this.#others = others;
    this.changed();
  }

  /** Something that the list follows from may have changed. */
  changed(): void {
    if (this.#closed || this.#cancelSend !== null) return;
    this.#later(this.#told === null ? 0 : TOGETHER_MS);
  }

  /** The server may not know it any more. */
  again(): void {
    this.#told = null;
    this.changed();
  }

  close(): void {
    this.#closed = true;
    this.#cancelSend?.();
    this.#cancelHide();
  }

  #later(ms: number): void {
    this.#cancelSend = this.#options.clock.after(ms, () => {
      this.#cancelSend = null;
      this.#send();
    });
  }

  #send(): void {
    const { clock, choice, places, reachable, tell } = this.#options;
    const nowMs = clock.now();
    this.#cancelHide();
    const due = changesIn(this.#hidden, nowMs);
    if (due !== null) this.#cancelHide = clock.after(due, () => this.changed());
    if (!reachable()) {
      this.#told = null;
      return;
    }
    const slots = wishes({
      tiles: this.#tiles,
      hidden: this.#hidden,
      others: this.#others,
      choice: choice(),
      places: places(),
      nowMs,
    });
    const text = JSON.stringify(slots);
    if (text === this.#told) return;
    this.#told = text;
    tell([...slots], () => {
      if (this.#closed || this.#told !== text) return;
      this.#told = null;
      this.#cancelSend?.();
      this.#later(AGAIN_MS);
    });
  }
}

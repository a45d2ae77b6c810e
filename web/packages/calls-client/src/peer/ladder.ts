// When to restart ICE, when to begin again: the steps by which a media connection is brought back.

import type { Clock } from "../clock.js";

/** What the ladder sets in motion. */
export interface Rungs {
  /** Restart ICE on the connection there is. */
  restart(): void;
  /** Put a new connection in its place. */
  rebuild(): void;
  /** A whole round did not help. It goes on trying all the same. */
  failed(): void;
}

/** A short gap heals by itself: ICE consent checks come every few seconds (RFC 7675 §5.1). */
const PATIENCE_MS = 2_000;

/**
 * A connection that was begun so lately is being made over the networks of now. A restart would only take the addresses
 * at the relay twice, and browsers tell of other estimates of the same network, too (Network Information API §7).
 */
const FRESH_MS = 3_000;

/** An ICE restart that has not connected by then will not; shorter cuts off slow relays. */
const RESTART_MS = 8_000;

/** The first connection may wait for a permission prompt of the firewall, or a slow relay. */
const FIRST_MS = 15_000;

/** Between later rounds, growing: a participant who is away for long costs nothing. */
const ROUNDS_MS = [8_000, 10_000, 15_000, 20_000, 30_000];

/** One timer at a time; owned by a link. */
export class Ladder {
  readonly #clock: Clock;
  readonly #rungs: Rungs;
  /** When it began, or was connected last. */
  #since: number;
  #cancel: () => void = () => {};
  #round = 0;
  #climbing = false;
  #everConnected = false;

  constructor(clock: Clock, rungs: Rungs) {
    this.#clock = clock;
    this.#rungs = rungs;
    this.#since = clock.now();
  }

  /** The connection is being made for the first time. */
  begin(): void {
    this.#since = this.#clock.now();
    this.#wait(FIRST_MS, () => this.#rebuild());
  }

  connected(): void {
    this.stop();
    this.#everConnected = true;
    this.#round = 0;
    this.#since = this.#clock.now();
  }

  /** Our first offer gave way to the other side's: the new connection gets its time before the next step. */
  replaced(): void {
    this.#wait(this.#climbing ? RESTART_MS : FIRST_MS, () => this.#rebuild());
  }

  /**
   * The other side began again, and so must we. That is a round like one of our own: otherwise the side that is always
   * a little slower would be connecting for ever. A page that is loaded twice within seconds is no failure.
   */
  beganAgain(): void {
    if (this.#round > 0 && this.#clock.now() - this.#since >= FIRST_MS) this.#rungs.failed();
    this.#round += 1;
    this.replaced();
  }

  /** Packets stopped coming. */
  disconnected(): void {
    if (!this.#climbing) this.#wait(PATIENCE_MS, () => this.now());
  }

  /**
   * ICE gave up. While steps are under way already the next one is waited for. A first connection that is fresh may have
   * tried all it knew, as a relay refuses private addresses at once, while better candidates are on their way: only
   * without any more of them it has failed (RFC 8838 §8).
   */
  failed(): void {
    if (this.#climbing) return;
    const age = this.#clock.now() - this.#since;
    if (this.#isFresh()) this.#wait(FRESH_MS - age, () => this.now());
    else this.now();
  }

  /** There is reason to try at once: signalling is back, or a person asked for it. */
  now(): void {
    this.#climbing = true;
    this.#rungs.restart();
    this.#wait(RESTART_MS, () => this.#rebuild());
  }

  /** The network may be another one, or the credentials for the relay are. */
  changed(): void {
    if (this.#climbing || !this.#isFresh()) this.now();
  }

  /** A negotiation went wrong: only a new connection helps, a little later so that two do not spin. */
  broken(): void {
    this.#climbing = true;
    this.#wait(300 + this.#clock.random() * 700, () => this.#rebuild());
  }

  stop(): void {
    this.#cancel();
    this.#climbing = false;
  }

  #isFresh(): boolean {
    return !this.#everConnected && this.#clock.now() - this.#since < FRESH_MS;
  }

  #rebuild(): void {
    this.#climbing = true;
    if (this.#round > 0) this.#rungs.failed();
    const wait = ROUNDS_MS[Math.min(this.#round, ROUNDS_MS.length - 1)] ?? RESTART_MS;
    this.#round += 1;
    this.#rungs.rebuild();
    this.#wait(wait + this.#clock.random() * 1_000, () => this.#rebuild());
  }

  #wait(ms: number, action: () => void): void {
    this.#cancel();
    this.#cancel = this.#clock.after(ms, action);
  }
}

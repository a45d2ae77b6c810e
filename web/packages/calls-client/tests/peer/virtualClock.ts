// Time that passes only when it is told to, one event after the other.

import type { Clock } from "../../src/clock.js";
import { seeded } from "../seeded.js";

interface Job {
  readonly due: number;
  readonly order: number;
  readonly action: () => void;
}

/** A clock for tests: the same seed gives the same life. */
export class VirtualClock implements Clock {
  readonly random: () => number;
  #now = 1_000_000;
  #order = 0;
  readonly #jobs = new Set<Job>();

  constructor(seed = 1) {
    this.random = seeded(seed);
  }

  /** How many timers wait. */
  get waiting(): number {
    return this.#jobs.size;
  }

  now(): number {
    return this.#now;
  }

  after(ms: number, action: () => void): () => void {
    const job: Job = { due: this.#now + ms, order: this.#order++, action };
    this.#jobs.add(job);
    return () => this.#jobs.delete(job);
  }

  /** Lets time pass; after each timer everything that it set in motion comes to rest. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await rest();
    for (;;) {
      let next: Job | null = null;
      for (const job of this.#jobs) {
        if (job.due > end) continue;
        if (next === null || job.due < next.due || (job.due === next.due && job.order < next.order))
          next = job;
      }
      if (next === null) break;
      this.#jobs.delete(next);
      this.#now = Math.max(this.#now, next.due);
      next.action();
      await rest();
    }
    this.#now = end;
  }

  /** Lets time pass until something holds, at most so long. Says how long it took; null when it did not come. */
  async until(holds: () => boolean, atMostMs: number): Promise<number | null> {
    const start = this.#now;
    await rest();
    while (!holds()) {
      if (this.#now - start >= atMostMs) return null;
      await this.advance(50);
    }
    return this.#now - start;
  }
}

/** Resolves when all promises that are on their way have come to rest. */
export function rest(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

// What comes on each section of the receiving connection: the newest word of the server, and whether it has arrived.

import type { ServerEvents, SlotSource } from "../wire/index.js";

/** One section of the receiving connection. */
export type Slot = ServerEvents["call:slots"]["slots"][number];

/** The slots as the server told them last. Never changed in place. */
export interface Slots {
  /** Higher is newer. */
  readonly rev: number;
  readonly slots: readonly Slot[];
}

/** Nothing told yet. */
export function noSlots(): Slots {
  return { rev: -1, slots: [] };
}

/** Takes the server's word in; what is not newer changes nothing. */
export function takeSlots(before: Slots, { rev, slots }: ServerEvents["call:slots"]): Slots {
  return rev <= before.rev ? before : { rev, slots };
}

/** The slot that shows this, if any. */
export function slotOf({ slots }: Slots, userId: string, source: SlotSource): Slot | undefined {
  return slots.find((one) => one.userId === userId && one.source === source);
}

/** The newest packet of a section that was played or shown (W3C WebRTC §5.4.1); null before the first. */
export type NewestPacket = number | null;

/** Whether what a slot shows has arrived, watched from the server's word on. */
export interface Arrival {
  /** What it shows. */
  readonly of: string;
  readonly sinceMs: number;
  /** The newest packet when the server said so. */
  readonly before: NewestPacket;
  readonly arrived: boolean;
}

/**
 * On a section that nothing had come on only what the slot shows now can come: a picture that is put on the screen at
 * once is there with its first frame. Later a new picture waits for the next frame, and for the player to begin.
 */
export function isAwaited(arrival: Arrival | undefined, slot: Slot): boolean {
  return arrival !== undefined && arrival.before === null && slot.paused === null;
}

/**
 * After the server's word packets of whom the slot showed before may still come, for as long as the path and the
 * jitter buffer hold them. Shorter shows one person's picture under another's name, longer shows nobody.
 */
const STRAGGLERS_MS = 120;

/** A browser that does not tell of packets: what the server said so long ago has come. */
const TOLD_NOTHING_MS = 1_000;

/**
 * Looks at one slot. A picture that has arrived once stays, also while it is paused. `unused`: it is the first that the
 * section shows, so that whatever came on it is this, also what was faster than the server's word.
 */
export function watchArrival(
  before: Arrival | undefined,
  slot: Slot,
  packet: NewestPacket,
  nowMs: number,
  unused = false,
): Arrival {
  const of = `${slot.source} ${slot.userId}`;
  if (unused) return { of, sinceMs: nowMs, before: null, arrived: packet !== null };
  if (before?.of !== of) return { of, sinceMs: nowMs, before: packet, arrived: false };
  if (before.arrived) return before;
  const age = nowMs - before.sinceMs;
  // A section that nothing had come on can only bring what the slot shows now.
  const fresh = before.before === null || age >= STRAGGLERS_MS;
  if (fresh && packet !== null && packet !== before.before) return { ...before, arrived: true };
  // Packets of before have stopped by now: the next one counts.
  if (age < STRAGGLERS_MS && packet !== before.before) return { ...before, before: packet };
  if (packet === null && slot.paused === null && age >= TOLD_NOTHING_MS) return { ...before, arrived: true };
  return before;
}

// How much a link carries, for browsers that do not say: found out by sending more until it hurts.

import type { LinkStats } from "../state.js";

/**
 * The bounds of the estimate in kbit/s: the founding 32 of sound, and what 2000 of a picture with 128 of sound
 * need with room. Lower would be no call, higher is never sent.
 */
export const ESTIMATE_RANGE = { least: 32, most: 3000 } as const;

/** What is believed at first, in kbit/s. Higher floods a slow link for its first samples, lower starts blurred. */
const FIRST_KBPS = 1000;

/** Growth per second while all is well: 10 % in three seconds, from 300 to 2000 in a minute. More overshoots. */
const GROWTH_PER_S = 0.032;

/** The longest time that growth is reckoned for, in milliseconds: one sample. A tab that slept has proven nothing. */
const GROWS_AT_MOST_MS = 3_000;

/** Loss in percent up to which more is tried: the founding edge of good; wireless links lose 1 to 2 % for nothing. */
const LITTLE_LOSS = 2;

/** Loss in percent that means too much was sent, a little: the founding edge of poor. */
const MUCH_LOSS = 5;

/** Loss in percent above which what arrived is all that fits: no link without congestion loses this much. */
const CONGESTED_LOSS = 10;

/** A round trip this much above the shortest seen, in milliseconds, is a queue that grows. */
const QUEUE_MS = 200;

/** What is kept of what was sent when that was too much. Less starves, more drains no queue; congestion control keeps 0.85. */
const BACK_OFF = 0.85;

/** The least that is kept of the estimate when the loss may have another cause than congestion. */
const KEPT_AT_LEAST = 0.7;

/** The part of what may be sent that must be sent before the estimate grows: an idle link proves nothing (RFC 7661 §4). */
const IN_USE = 0.85;

/** The estimate on its way. */
export interface Estimate {
  readonly kbps: number;
  /** The shortest round trip seen, in milliseconds. */
  readonly shortestMs: number | null;
  /** When the last sample was taken; null before the first. */
  readonly atMs: number | null;
}

/** The estimate at the beginning. */
export function newEstimate(): Estimate {
  return { kbps: FIRST_KBPS, shortestMs: null, atMs: null };
}

/**
 * Takes a sample in: grows while all is well, shrinks by a part at once when it is not. `allowedKbps` is what the
 * senders were allowed since the sample before. Where the browser says what is available, that is the estimate.
 */
export function estimateStep(
  estimate: Estimate,
  stats: LinkStats,
  allowedKbps: number,
  nowMs: number,
): Estimate {
  const { rttMs, availableKbps } = stats;
  const shortestMs = rttMs === null ? estimate.shortestMs : Math.min(estimate.shortestMs ?? rttMs, rttMs);
  const queueMs = rttMs === null || shortestMs === null ? 0 : rttMs - shortestMs;
  const elapsedMs = Math.min(GROWS_AT_MOST_MS, Math.max(0, nowMs - (estimate.atMs ?? nowMs)));
  const kbps = availableKbps ?? guess(estimate.kbps, { stats, queueMs, elapsedMs, allowedKbps });
  return { kbps: within(kbps), shortestMs, atMs: nowMs };
}

interface Seen {
  readonly stats: LinkStats;
  readonly queueMs: number;
  readonly elapsedMs: number;
  readonly allowedKbps: number;
}

function guess(kbps: number, { stats, queueMs, elapsedMs, allowedKbps }: Seen): number {
  const loss = stats.lossPercent ?? 0;
  const sent = sentKbps(stats);
  const arrived = sent * (1 - loss / 100) * BACK_OFF;
  if (loss > CONGESTED_LOSS) return Math.min(kbps, arrived);
  if (loss > MUCH_LOSS || queueMs > QUEUE_MS) return Math.min(kbps, Math.max(arrived, kbps * KEPT_AT_LEAST));
  const calm = stats.lossPercent !== null && loss < LITTLE_LOSS && queueMs < QUEUE_MS / 2;
  const inUse = sent >= Math.min(kbps, allowedKbps) * IN_USE;
  return calm && inUse ? kbps * (1 + (GROWTH_PER_S * elapsedMs) / 1000) : kbps;
}

/** All that is sent, in kbit/s. */
export function sentKbps(stats: LinkStats): number {
  return stats.audio.sendKbps + stats.video.sendKbps;
}

function within(kbps: number): number {
  return Math.min(ESTIMATE_RANGE.most, Math.max(ESTIMATE_RANGE.least, kbps));
}

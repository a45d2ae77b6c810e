// The grade of a connection in the founding bands: worst of round trip, loss and available bit rate.

import type { LinkStats, Quality } from "../state.js";
import type { ConnectionQuality, QualityCause } from "../wire/index.js";

/**
 * The edges of the founding document ("Connection Quality Monitoring"): better than `good` is good, worse than
 * `poor` is poor, between them, the edges included, is fair.
 */
export const BANDS = {
  /** Round trip in milliseconds. */
  rtt: { good: 100, poor: 300 },
  /** Lost packets in percent. */
  loss: { good: 2, poor: 5 },
  /** Available bit rate in kbit/s; here more is better. */
  bitrate: { good: 500, poor: 200 },
} as const;

/**
 * Consecutive samples worse than the grade until it falls. One would show every passing hiccup, three would
 * hide nine seconds of bad sound (semantics.md §8).
 */
export const FALLS_AFTER = 2;

/**
 * Consecutive samples better than the grade until it rises. Fewer makes the bars flicker on a link that comes
 * and goes, more keeps a warning on the screen that is over (semantics.md §8).
 */
export const RISES_AFTER = 3;

/** One sample. */
export interface GradeInput extends Pick<LinkStats, "rttMs" | "lossPercent" | "availableKbps"> {
  /** What the sent media would take in kbit/s; null while no video is sent, and bit rate then does not count. */
  readonly wantedKbps: number | null;
}

/** A grade on its way: what is shown, and the samples that may change it. */
export interface GradeState {
  /** Null until something was measured. The same object until it changed. */
  readonly quality: Quality | null;
  /** The newest samples, newest last, at most {@link RISES_AFTER}. */
  readonly recent: readonly Quality[];
}

/** Nothing measured yet. */
export function newGrade(): GradeState {
  return { quality: null, recent: [] };
}

/** The grade of one sample by itself; null when nothing of it is known. */
export function gradeSample(sample: GradeInput): Quality | null {
  const { availableKbps, wantedKbps } = sample;
  const enough = availableKbps === null || wantedKbps === null || availableKbps >= wantedKbps;
  const parts = [
    // In this order: a link that carries too little also loses and delays, not the other way round.
    enough ? null : part("bitrate", -availableKbps, -BANDS.bitrate.good, -BANDS.bitrate.poor),
    sample.lossPercent === null ? null : part("loss", sample.lossPercent, BANDS.loss.good, BANDS.loss.poor),
    sample.rttMs === null ? null : part("rtt", sample.rttMs, BANDS.rtt.good, BANDS.rtt.poor),
  ].filter((one) => one !== null);
  const [first, ...others] = parts;
  return first === undefined ? null : others.reduce(worse, first);
}

/** Takes a sample in. One that measured nothing changes nothing. */
export function gradeStep(state: GradeState, input: GradeInput): GradeState {
  const sample = gradeSample(input);
  if (sample === null) return state;
  const recent = [...state.recent, sample].slice(-RISES_AFTER);
  // Good until proven otherwise: the first packets of a connection are its slowest.
  const shown = state.quality ?? GOOD;
  return { quality: next(shown, recent), recent };
}

/** The worst of several connections; null when none is known. */
export function worstQuality(all: readonly (Quality | null)[]): Quality | null {
  const known = all.filter((one) => one !== null);
  const [first, ...others] = known;
  return first === undefined ? null : others.reduce(worse, first);
}

const GOOD: Quality = { grade: "good", cause: null };
const RANK: Readonly<Record<ConnectionQuality, number>> = { good: 0, fair: 1, poor: 2 };

function next(shown: Quality, recent: readonly Quality[]): Quality {
  const falling = recent.slice(-FALLS_AFTER);
  if (falling.length === FALLS_AFTER && falling.every((one) => RANK[one.grade] > RANK[shown.grade])) {
    return falling.reduceRight(better);
  }
  if (recent.length === RISES_AFTER && recent.every((one) => RANK[one.grade] < RANK[shown.grade])) {
    return recent.reduceRight(worse);
  }
  // The same grade for another reason: say the reason of now.
  const newest = recent.at(-1);
  return newest !== undefined && newest.grade === shown.grade && newest.cause !== shown.cause
    ? newest
    : shown;
}

function part(cause: QualityCause, value: number, good: number, poor: number): Quality {
  if (value < good) return GOOD;
  return { grade: value > poor ? "poor" : "fair", cause };
}

const worse = (one: Quality, other: Quality): Quality => (RANK[other.grade] > RANK[one.grade] ? other : one);
const better = (one: Quality, other: Quality): Quality => (RANK[other.grade] < RANK[one.grade] ? other : one);

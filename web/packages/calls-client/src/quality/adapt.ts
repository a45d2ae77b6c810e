// What to set on the senders: follows the link within the founding ranges, sound before picture.

import type { LinkStats, QualityChoice } from "../state.js";
import { type Estimate, estimateStep, newEstimate, sentKbps } from "./estimate.js";
import { type Steps, standingOn, stepTo } from "./steps.js";

/** One sample, and what the person wants. */
export interface AdaptInput {
  readonly stats: LinkStats;
  readonly choice: QualityChoice;
  readonly videoKind: "camera" | "screen";
  /** Whether there is a picture to send at all. While there is none its steps rest. */
  readonly videoWanted: boolean;
  /** On any clock that does not jump, in milliseconds. */
  readonly nowMs: number;
}

/** What to set on the senders and on the capture. */
export interface Targets {
  /** `maxBitrate` of the sound, 32 to 128 kbit/s. */
  readonly audioKbps: number;
  /** `maxBitrate` of the picture, 500 to 2000 kbit/s. The browser itself sends less where less fits. */
  readonly videoKbps: number;
  /** The most lines to send. A screen keeps its own size: always 720, which is not to be taken as a limit. */
  readonly lines: 720 | 480 | 240;
  /** `maxFramerate` of the picture. */
  readonly fps: number;
  /** Put VP8 first from now on: the CPU cannot do VP9. Stays for the call. */
  readonly preferVp8: boolean;
  /** Send no picture: the person chose sound only, or the link carries none beside the sound. */
  readonly videoPaused: boolean;
  /** It is the link that carries none: worth telling the person. */
  readonly pausedByLink: boolean;
}

/** The adaptation of one connection; never changed in place. Everything but `targets` is its own business. */
export interface Adaptation {
  /** The same object until something in it changed. */
  readonly targets: Targets;
  readonly estimate: Estimate;
  readonly picture: Steps;
  readonly sound: Steps;
  readonly cap: Steps;
  /** Samples in a row in which the CPU limited VP9. */
  readonly cpuLimited: number;
}

/** The founding ranges in kbit/s ("Media Codecs"). */
export const RANGES = { audio: { least: 32, most: 128 }, video: { least: 500, most: 2000 } } as const;

/**
 * The steps of the picture. `under`: with less available, in kbit/s of picture and sound together, it is given
 * up; `from`: with this much it is tried. Higher keeps small pictures on links that could carry large ones; lower
 * gives large pictures that stand still. The founding table has 500 kbit/s for 480 lines and 1000 for 720 ("Bandwidth
 * Usage"); modern codecs look well at less, so each step is kept somewhat below. A fifth and more between `under`
 * and `from` keeps a link at the edge from flapping.
 */
const PICTURES = [
  { lines: 240, paused: true, under: 0, from: 0, mostKbps: 500, screenFps: 5 },
  { lines: 240, paused: false, under: 100, from: 160, mostKbps: 500, screenFps: 5 },
  { lines: 480, paused: false, under: 350, from: 500, mostKbps: 1000, screenFps: 15 },
  { lines: 720, paused: false, under: 900, from: 1100, mostKbps: 2000, screenFps: 30 },
] as const;

/** The founding ideal. 60 would cost twice the CPU and bits, 15 looks choppy. */
const CAMERA_FPS = 30;

/** The bit rates of sound in kbit/s, 32 to 128 as founded. Finer would set the sender anew for nothing one can hear. */
const SOUNDS = [32, 48, 64, 96, 128] as const;

/**
 * The part of the link that sound may take: beside a picture, and alone. The least (32) comes first whatever the
 * link carries. More beside a picture takes bits where they are seen for what is hardly heard; alone, the rest
 * of the link is left to headers (some 20 kbit/s at 50 packets a second) and to the other way.
 */
const SOUND_PART = { withPicture: 0.1, alone: 0.4 } as const;

/** The steps of the picture's bit rate in kbit/s. Finer sets the sender anew too often, coarser wastes the link. */
const CAPS = [500, 650, 800, 1000, 1250, 1500, 1750, 2000] as const;

/**
 * Consecutive samples that must allow more before the picture's bit rate goes up. It is only a bound, within which
 * the browser finds its own way: going up soon shows nothing worse than a sharper picture.
 */
const CAP_UP_AFTER = 2;

/** The part of what is available that is sent: the rest is for headers, and for what comes in between. */
const SENT_PART = 0.9;

/** How much more than it needs a step must have before it is tried; less flaps, more wastes. */
const MARGIN = 1.15;

/**
 * Available over sent from which the sender, not the link, is what limits: browsers believe at most 1.5 times
 * what they have sent (libwebrtc's congestion control), so that a quiet picture can keep the estimate down.
 * Lower takes a full link for an idle one, higher never finds out that a link is idle.
 */
const ROOMY = 1.4;

/** Loss in percent and round trip in milliseconds up to which a roomy link is trusted with more; the edges of good and poor. */
const TRUSTED = { lossPercent: 2, rttMs: 300 } as const;

/** Samples in a row with the CPU at its limit until VP9 is given up for VP8. Fewer answers a busy moment for the whole call. */
export const CPU_LIMITED_AFTER = 3;

/** Nothing measured yet: the founding 720 lines, in the middle of the ranges. */
export function newAdaptation(): Adaptation {
  const [picture, sound, cap] = [standingOn(3), standingOn(2), standingOn(4, CAP_UP_AFTER)];
  return {
    targets: targetsOf(picture, sound, cap, { choice: "auto", videoKind: "camera" }, false),
    estimate: newEstimate(),
    picture,
    sound,
    cap,
    cpuLimited: 0,
  };
}

/** Takes a sample in; the answer's `targets` are what to set now. The state given stays as it is. */
export function adapt(state: Adaptation, input: AdaptInput): Adaptation {
  const { stats, choice } = input;
  const allowed = state.targets.audioKbps + (state.targets.videoPaused ? 0 : state.targets.videoKbps);
  const estimate = estimateStep(state.estimate, stats, allowed, input.nowMs);
  const available = estimate.kbps;
  const showing = input.videoWanted && choice !== "audio-only";
  const roomy = isRoomy(stats, available);
  const sound = stepTo(state.sound, soundSample(available, showing, state.sound.at));
  // Without a picture the estimate says nothing about what a picture could have.
  const picture = showing
    ? stepTo(state.picture, pictureSample(available, roomy, state.picture.at))
    : state.picture;
  const cap = showing ? stepTo(state.cap, capSample(available, roomy, state.cap.at)) : state.cap;
  const cpuLimited = isCpuLimited(stats) ? state.cpuLimited + 1 : 0;
  const preferVp8 = state.targets.preferVp8 || cpuLimited >= CPU_LIMITED_AFTER;
  const targets = targetsOf(picture, sound, cap, input, preferVp8);
  return {
    targets: same(state.targets, targets) ? state.targets : targets,
    estimate,
    picture,
    sound,
    cap,
    cpuLimited,
  };
}

/**
 * What the targets add up to in kbit/s: `wantedKbps` of a grade. Null while nobody wants a picture; one that the
 * link keeps from being sent is wanted.
 */
export function wantedKbps(targets: Targets, videoWanted: boolean): number | null {
  const wanted = videoWanted && (!targets.videoPaused || targets.pausedByLink);
  return wanted ? targets.audioKbps + targets.videoKbps : null;
}

function targetsOf(
  picture: Steps,
  sound: Steps,
  cap: Steps,
  { choice, videoKind }: Pick<AdaptInput, "choice" | "videoKind">,
  preferVp8: boolean,
): Targets {
  const step = PICTURES[Math.min(picture.at, highestOf(choice))] ?? PICTURES[0];
  const screen = videoKind === "screen";
  return {
    audioKbps: SOUNDS[sound.at] ?? RANGES.audio.least,
    videoKbps: Math.min(CAPS[cap.at] ?? RANGES.video.least, screen ? RANGES.video.most : step.mostKbps),
    lines: screen ? 720 : step.lines,
    fps: screen ? step.screenFps : CAMERA_FPS,
    preferVp8,
    videoPaused: step.paused || choice === "audio-only",
    pausedByLink: step.paused && choice !== "audio-only",
  };
}

/** The highest step of the picture that a choice allows. */
function highestOf(choice: QualityChoice): number {
  switch (choice) {
    case "480p":
      return 2;
    case "240p":
    case "audio-only":
      return 1;
    default:
      return PICTURES.length - 1;
  }
}

interface Sample {
  readonly fits: number;
  readonly bearsMore: boolean;
}

/** What a sample says about the picture that stands on a step. */
function pictureSample(available: number, roomy: boolean, at: number): Sample {
  const fits = PICTURES.findLastIndex((one) => available >= one.under);
  const next = PICTURES[at + 1];
  return {
    // What does not fill even a small estimate fits.
    fits: roomy ? Math.max(fits, at) : Math.max(fits, 0),
    bearsMore: next !== undefined && (available >= next.from || roomy),
  };
}

/** The same for the bit rate of the picture: sound comes first, headers come off. */
function capSample(available: number, roomy: boolean, at: number): Sample {
  const room = available * SENT_PART - available * SOUND_PART.withPicture;
  const fits = Math.max(
    0,
    CAPS.findLastIndex((one) => one <= room),
  );
  const next = CAPS[at + 1];
  return {
    fits: roomy ? Math.max(fits, at) : fits,
    bearsMore: next !== undefined && (room >= next * MARGIN || roomy),
  };
}

/** The same for the bit rate of the sound. */
function soundSample(available: number, showing: boolean, at: number): Sample {
  const room = available * (showing ? SOUND_PART.withPicture : SOUND_PART.alone);
  const next = SOUNDS[at + 1];
  return {
    fits: Math.max(
      0,
      SOUNDS.findLastIndex((one) => one <= room),
    ),
    bearsMore: next !== undefined && room >= next * MARGIN,
  };
}

/** Whether it is the sender that limits, and nothing speaks against sending more. */
function isRoomy(stats: LinkStats, available: number): boolean {
  return (
    available >= sentKbps(stats) * ROOMY &&
    stats.video.limitedBy !== "bandwidth" &&
    (stats.lossPercent ?? 0) < TRUSTED.lossPercent &&
    (stats.rttMs ?? 0) <= TRUSTED.rttMs
  );
}

function isCpuLimited({ video }: LinkStats): boolean {
  return video.limitedBy === "cpu" && video.codec?.toUpperCase() === "VP9";
}

function same(one: Targets, other: Targets): boolean {
  return (
    one.audioKbps === other.audioKbps &&
    one.videoKbps === other.videoKbps &&
    one.lines === other.lines &&
    one.fps === other.fps &&
    one.preferVp8 === other.preferVp8 &&
    one.videoPaused === other.videoPaused &&
    one.pausedByLink === other.pausedByLink
  );
}

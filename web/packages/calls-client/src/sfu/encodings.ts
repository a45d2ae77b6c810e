// What the camera and the screen are encoded as: the layers of simulcast, and how large each is.

import type { QualityChoice } from "../state.js";

/** The restriction identifiers of the camera's layers (RFC 8852), the smallest picture first. */
export const RIDS = ["q", "h", "f"] as const;

/** One layer of the camera. */
export type Rid = (typeof RIDS)[number];

/** What is set of one encoding (W3C WebRTC §5.2 `RTCRtpEncodingParameters`). */
export interface Encoding {
  readonly active: boolean;
  /** 1 is the captured size, 2 half of it in both directions. */
  readonly scaleResolutionDownBy: number;
  /** In bit/s. */
  readonly maxBitrate: number;
  readonly maxFramerate: number;
}

/** What the encodings of the camera follow from. */
export interface CameraWish {
  /** The captured size in pixels; null before it is known. */
  readonly size: { readonly width: number; readonly height: number } | null;
  readonly choice: QualityChoice;
  /** The layers that somebody watches; null while the server has not said. */
  readonly watched: ReadonlySet<string> | null;
}

/** Frames per second of the camera. */
const CAMERA_FPS = 30;

/**
 * From so many pixels on libwebrtc encodes three layers, and two: of a smaller picture it leaves the largest layers
 * out whatever is asked for. The layers that remain are made to be the picture itself and its halves.
 */
const THREE_LAYERS = 960 * 540;
const TWO_LAYERS = 480 * 270;

/**
 * The most bits that a layer of so many lines takes, in bit/s. More shows hardly anything more on faces, less
 * blurs movement. The layers of 720 lines take 150, 500 and 1700 kbit/s.
 */
const BIT_RATES = [
  { lines: 180, most: 150_000 },
  { lines: 270, most: 300_000 },
  { lines: 360, most: 500_000 },
  { lines: 540, most: 1_000_000 },
  { lines: Number.POSITIVE_INFINITY, most: 1_700_000 },
] as const;

/** The lines that a choice allows. */
const LINES: Readonly<Record<QualityChoice, number>> = {
  auto: 720,
  "720p": 720,
  "480p": 480,
  "240p": 240,
  "audio-only": 0,
};

/** The layers of the camera, in the order of {@link RIDS}. Those that this size does not have are not active. */
export function cameraEncodings({ size, choice, watched }: CameraWish): readonly Encoding[] {
  const { width, height } = size ?? { width: 1280, height: 720 };
  const layers = width * height >= THREE_LAYERS ? 3 : width * height >= TWO_LAYERS ? 2 : 1;
  // Portrait pictures have their lines the other way.
  const lines = Math.min(width, height);
  const allowed = LINES[choice];
  const down = allowed === 0 ? 1 : Math.max(1, lines / allowed);
  return RIDS.map((rid, index) => {
    const scale = down * 2 ** Math.max(0, layers - 1 - index);
    const sent = index < layers && allowed > 0;
    return {
      active: sent && (watched === null || watched.has(rid)),
      scaleResolutionDownBy: scale,
      maxBitrate: bitRateOf(lines / scale),
      maxFramerate: CAMERA_FPS,
    };
  });
}

/** What the layers that are sent add up to at most, in kbit/s. */
export function totalKbps(encodings: readonly Encoding[]): number {
  const sent = encodings.filter((one) => one.active);
  return sent.reduce((sum, one) => sum + one.maxBitrate / 1_000, 0);
}

/**
 * The one encoding of a shared screen: its own size, and rather fewer pictures than blurred letters. `watched`: the
 * server says that somebody does, or has not said.
 */
export function screenEncoding(choice: QualityChoice, watched: boolean): Encoding {
  const little = choice === "480p" || choice === "240p" || choice === "audio-only";
  return {
    active: watched && choice !== "audio-only",
    scaleResolutionDownBy: 1,
    maxBitrate: little ? 1_000_000 : 2_500_000,
    maxFramerate: little ? 5 : 15,
  };
}

function bitRateOf(lines: number): number {
  return BIT_RATES.find((one) => lines <= one.lines)?.most ?? 1_700_000;
}

// What is asked of microphone, camera and screen, and what is asked when that was too much.

/** Heights of the camera picture, in lines: HD, SD and LD of the founding document. */
export type CameraLines = 720 | 480 | 240;

/** Pixels per line, for each height. */
const WIDTH: Record<CameraLines, number> = { 720: 1280, 480: 640, 240: 320 };

/** Frames per second asked for. More costs bit rate that faces do not repay, fewer looks choppy. */
const IDEAL_FPS = 30;

/** Frames per second a camera may deliver at most; the founding document's upper end. */
const MAX_FPS = 60;

/** Samples per second of Opus, so that nothing is resampled (RFC 7587 §4.1). */
const SAMPLE_RATE = 48_000;

/** A microphone or a camera, in the words of `getUserMedia`. */
export type CaptureKind = "audio" | "video";

/** One request for a device. */
export interface Wish {
  readonly kind: CaptureKind;
  /** The device and no other; null for the browser's default. */
  readonly deviceId: string | null;
  /** Take whatever the device gives: after it refused the rest. */
  readonly loose: boolean;
  /** Height of the camera picture. */
  readonly lines: CameraLines;
}

/** The constraints of a request (W3C Media Capture and Streams §4.3.8). */
export function constraintsOf(wish: Wish): MediaTrackConstraints | true {
  const device: MediaTrackConstraints = wish.deviceId === null ? {} : { deviceId: { exact: wish.deviceId } };
  if (wish.loose) return wish.deviceId === null ? true : device;
  return wish.kind === "audio"
    ? { ...device, ...MICROPHONE }
    : { ...device, ...cameraConstraints(wish.lines) };
}

const MICROPHONE: MediaTrackConstraints = {
  echoCancellation: { ideal: true },
  noiseSuppression: { ideal: true },
  autoGainControl: { ideal: true },
  sampleRate: { ideal: SAMPLE_RATE },
  channelCount: { ideal: 1 },
};

/** Size and frame rate of a camera picture. */
export function cameraConstraints(lines: CameraLines): MediaTrackConstraints {
  return {
    width: { ideal: WIDTH[lines] },
    height: { ideal: lines },
    frameRate: { ideal: IDEAL_FPS, max: MAX_FPS },
  };
}

/** Options of `getDisplayMedia` that the types of the platform do not name yet (W3C Screen Capture §5.2). */
export interface ScreenOptions extends DisplayMediaStreamOptions {
  selfBrowserSurface: "include" | "exclude";
  surfaceSwitching: "include" | "exclude";
  systemAudio: "include" | "exclude";
}

/** What a shared screen is asked to be. Browsers ignore the hints they do not know. */
export function screenOptions(audio: boolean): ScreenOptions {
  return {
    video: { frameRate: { max: IDEAL_FPS } },
    audio,
    // The call's own tab would show itself for ever.
    selfBrowserSurface: "exclude",
    surfaceSwitching: "include",
    systemAudio: audio ? "include" : "exclude",
  };
}

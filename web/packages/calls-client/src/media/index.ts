// Capture and playback of this device: what the rest of the package uses of it.

export { createLocalMedia, type DeviceChange, type LocalMediaOptions } from "./capture.js";
export {
  browserEnvironment,
  type CaptureDevices,
  type MediaEnvironment,
  type SoundContext,
  type SoundNode,
} from "./environment.js";
export { createLevels, type LevelSources } from "./levels.js";
export type { LocalMedia, Outgoing, Sources } from "./localMedia.js";
export { createPlayback, type Playback, type PlaybackOptions } from "./playback.js";

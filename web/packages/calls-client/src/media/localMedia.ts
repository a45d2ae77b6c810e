// What this device captures, and what of it is sent: the contract between capture and connections.

import type { LocalPreview } from "../api.js";
import type { Store } from "../store.js";

/** What is to be sent to the others now. Null: nothing, and the connection sends nothing for it. */
export interface Outgoing {
  /** The microphone, or the microphone mixed with the sound of the shared screen. Muted by `enabled`. */
  readonly audio: MediaStreamTrack | null;
  /** The screen while one is shared, else the camera. */
  readonly video: MediaStreamTrack | null;
  /** What `video` is; decides how it is encoded (`contentHint`, frame rate before sharpness or after). */
  readonly videoKind: "camera" | "screen";
}

/** The same, each by itself: for a connection that carries them all. */
export interface Sources {
  readonly microphone: MediaStreamTrack | null;
  readonly camera: MediaStreamTrack | null;
  readonly screen: MediaStreamTrack | null;
  readonly screenSound: MediaStreamTrack | null;
}

/** Capture of one device: microphone, camera, screen. Outlives calls. */
export interface LocalMedia extends LocalPreview {
  readonly outgoing: Store<Outgoing>;
  readonly sources: Store<Sources>;
  /** Asks for a screen; must be called from a click. */
  startScreenShare(options?: { audio?: boolean }): Promise<void>;
  stopScreenShare(): void;
  /** Tries what failed once more. */
  retry(): Promise<void>;
  /** The largest picture worth capturing, in lines; null for the default of 720. */
  limitCamera(lines: 720 | 480 | 240 | null): void;
  /** Switches the microphone off without touching what the person wants from now on: somebody else did it. */
  muteByOthers(): void;
  dispose(): void;
}

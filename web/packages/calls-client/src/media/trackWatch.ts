// Word of what the system does to a captured track.

import type { MediaEnvironment } from "./environment.js";

/**
 * How long the system may withhold sound or pictures before it is told, in milliseconds. Shorter reports
 * every stutter of a busy computer, longer lets people talk into a dead microphone.
 */
const SILENCE_MS = 2000;

/** What can happen to a track without our doing. */
export interface TrackEvents {
  ended(): void;
  /** The system delivers nothing: taken by a phone call, closed by a switch on the device. */
  silenced(): void;
  /** It delivers again. */
  heard(): void;
}

/**
 * Watches a track (W3C Media Capture §4.3.1: `ended`, `mute`, `unmute`). Returns the function that stops it.
 * `stop()` by ourselves raises no `ended`.
 */
export function watchTrack(
  track: MediaStreamTrack,
  every: MediaEnvironment["every"],
  events: TrackEvents,
): () => void {
  let stopTimer: (() => void) | null = null;
  const clear = (): void => {
    stopTimer?.();
    stopTimer = null;
  };
  const ended = (): void => events.ended();
  const mute = (): void => {
    stopTimer ??= every(SILENCE_MS, () => {
      clear();
      events.silenced();
    });
  };
  const unmute = (): void => {
    clear();
    events.heard();
  };
  track.addEventListener("ended", ended);
  track.addEventListener("mute", mute);
  track.addEventListener("unmute", unmute);
  if (track.muted) mute();
  return () => {
    clear();
    track.removeEventListener("ended", ended);
    track.removeEventListener("mute", mute);
    track.removeEventListener("unmute", unmute);
  };
}

// The amplitude of a captured track, by Web Audio.

import {
  type MediaEnvironment,
  type SoundContext,
  type SoundMeter,
  type SoundNode,
  wake,
} from "./environment.js";

/** Samples looked at: 21 ms at 48 kHz, a few periods of the lowest voice. A power of two. */
const SAMPLES = 1024;

/** Reads how loud a track is. */
export interface Meter {
  /** Root mean square of the last samples, 0 to 1; 0 without a track, and for one that is disabled. */
  read(track: MediaStreamTrack | null): number;
  /** Lets go of Web Audio; the next read begins anew. */
  close(): void;
}

/** Makes a meter. Where there is no Web Audio it always reads 0. */
export function createMeter(
  environment: Pick<MediaEnvironment, "createAudioContext" | "createStream" | "activated" | "report">,
): Meter {
  const samples = new Float32Array(SAMPLES);
  let context: SoundContext | null = null;
  let analyser: SoundMeter | null = null;
  let input: { readonly track: MediaStreamTrack; readonly node: SoundNode } | null = null;
  let broken = environment.createAudioContext === null;

  function plug(track: MediaStreamTrack): void {
    context ??= environment.createAudioContext?.() ?? null;
    if (context === null || input?.track === track) return;
    input?.node.disconnect();
    input = null;
    analyser ??= context.createAnalyser();
    analyser.fftSize = SAMPLES;
    const node = context.createMediaStreamSource(environment.createStream([track]));
    node.connect(analyser);
    input = { track, node };
  }

  function amplitude(track: MediaStreamTrack): number {
    plug(track);
    // Before the first click browsers keep Web Audio silent; asking earlier only fills the console.
    if (context?.state === "suspended" && environment.activated()) wake(context, environment.report);
    if (analyser === null) return 0;
    analyser.getFloatTimeDomainData(samples);
    let sum = 0;
    for (const sample of samples) sum += sample * sample;
    return Math.sqrt(sum / samples.length);
  }

  return {
    read(track) {
      if (broken || track === null || !track.enabled || track.readyState === "ended") return 0;
      try {
        return amplitude(track);
      } catch (error) {
        // Reported once: the next tick would fail the same way.
        broken = true;
        environment.report(error);
        return 0;
      }
    },
    close() {
      input?.node.disconnect();
      context?.close().catch(environment.report);
      input = null;
      analyser = null;
      context = null;
    },
  };
}

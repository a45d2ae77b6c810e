// Plays the sounds of ringing through WebAudio.

import { type ToneKind, toneSamples } from "./tones.js";

/** Plays one tone over and over. */
export interface Ringer {
  /** Begins, in place of what sounds now. Volume 0 to 1, 1 when left out. */
  start(kind: ToneKind, options?: { readonly volume?: number }): void;
  /** Falls silent. */
  stop(): void;
  /** Lets go of the audio device. */
  close(): void;
}

/**
 * Makes a ringer. Before the first click on a page browsers play nothing; the tone then begins with that
 * click, if it still rings.
 *
 * @param createContext - Makes the audio context; the browser's when left out.
 */
export function createRinger(createContext: () => AudioContext = () => new AudioContext()): Ringer {
  let context: AudioContext | null = null;
  let playing: { readonly source: AudioBufferSourceNode; readonly gain: GainNode } | null = null;
  const wake = (): void => {
    // A refusal means that no click has been made yet: the next one tries again.
    context?.resume().catch(() => undefined);
  };
  const stopWaiting = (): void => {
    for (const event of GESTURES) window.removeEventListener(event, wake);
  };
  const stop = (): void => {
    stopWaiting();
    if (playing === null || context === null) return;
    const { source, gain } = playing;
    playing = null;
    // A short fade instead of a click.
    gain.gain.setTargetAtTime(0, context.currentTime, 0.02);
    source.stop(context.currentTime + 0.12);
  };
  return {
    start(kind, options = {}) {
      stop();
      context ??= createContext();
      const samples = toneSamples(kind, context.sampleRate);
      const buffer = context.createBuffer(1, samples.length, context.sampleRate);
      buffer.copyToChannel(samples, 0);
      const source = new AudioBufferSourceNode(context, { buffer, loop: true });
      const gain = new GainNode(context, { gain: options.volume ?? 1 });
      source.connect(gain).connect(context.destination);
      source.start();
      playing = { source, gain };
      if (context.state === "suspended") {
        for (const event of GESTURES) window.addEventListener(event, wake);
        wake();
      }
    },
    stop,
    close() {
      stop();
      const closing = context;
      context = null;
      // Closing twice is the only way this fails.
      closing?.close().catch(() => undefined);
    },
  };
}

/** What counts as a click for browsers (HTML, "user activation"). */
const GESTURES = ["pointerdown", "pointerup", "keydown"] as const;

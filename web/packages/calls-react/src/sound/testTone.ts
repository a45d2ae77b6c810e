// Plays a short tone on a chosen loudspeaker, so that a person hears where sound comes out.

import { browserFeatures } from "@aethex/calls-client";
import { tonePeriod, toneSamples } from "./tones.js";

/** Which loudspeaker, how loud. */
export interface TestTone {
  /** Null for the default. */
  readonly speakerId: string | null;
  /** 0 to 1; 1 when left out. */
  readonly volume?: number;
}

/** Whether this browser can play on a loudspeaker of one's choice. */
export function canChooseSpeaker(): boolean {
  return browserFeatures().chooseSpeaker;
}

/**
 * Plays the test tone; call it from a click. Resolves when it has sounded.
 *
 * @throws DOMException when the loudspeaker is gone, or the browser does not let the page play.
 */
export async function playTestTone({ speakerId, volume = 1 }: TestTone): Promise<void> {
  const context = new AudioContext();
  try {
    const samples = toneSamples("test", context.sampleRate);
    const buffer = context.createBuffer(1, samples.length, context.sampleRate);
    buffer.copyToChannel(samples, 0);
    const source = new AudioBufferSourceNode(context, { buffer });
    const way = new MediaStreamAudioDestinationNode(context);
    source.connect(new GainNode(context, { gain: volume })).connect(way);
    const element = new Audio();
    element.srcObject = way.stream;
    if (speakerId !== null && canChooseSpeaker()) await element.setSinkId(speakerId);
    await element.play();
    const sounded = new Promise<void>((resolve) => {
      source.onended = () => resolve();
    });
    source.start();
    source.stop(context.currentTime + tonePeriod("test"));
    await sounded;
    element.srcObject = null;
  } finally {
    await context.close();
  }
}

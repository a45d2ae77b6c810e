// One outgoing sound of two: the microphone and the shared screen.

import { type MediaEnvironment, type SoundContext, type SoundNode, wake } from "./environment.js";

/** An input of the mix, and the track it carries. */
interface Input {
  readonly track: MediaStreamTrack;
  readonly node: SoundNode;
}

/** A running mix. */
interface Mix {
  readonly context: SoundContext;
  readonly out: SoundNode;
  readonly track: MediaStreamTrack;
  readonly inputs: Map<"microphone" | "screen", Input>;
}

/** What a mixer is made of. */
export interface MixerOptions
  extends Pick<MediaEnvironment, "createAudioContext" | "createStream" | "report"> {
  /** The mixed track may be another one, or none, from now on. */
  onChange(): void;
}

/**
 * Mixes while a screen is shared with sound, and costs nothing otherwise. A muted microphone is silent in
 * the mix by its own track (`enabled`), the screen goes on. The mix keeps its track when the microphone is
 * another one.
 */
export class Mixer {
  readonly #options: MixerOptions;
  #mix: Mix | null = null;

  constructor(options: MixerOptions) {
    this.#options = options;
  }

  /** Whether there is a way to mix. */
  get possible(): boolean {
    return this.#options.createAudioContext !== null;
  }

  /** The mixed sound; null while nothing is mixed, or the browser holds Web Audio back. */
  get track(): MediaStreamTrack | null {
    return this.#mix?.context.state === "running" ? this.#mix.track : null;
  }

  /** Takes what there is to mix; without a screen the mix is over. @throws when Web Audio refuses. */
  update(microphone: MediaStreamTrack | null, screen: MediaStreamTrack | null): void {
    if (screen === null) {
      this.#close();
      return;
    }
    this.#mix ??= this.#start();
    this.#plug(this.#mix, "screen", screen);
    this.#plug(this.#mix, "microphone", microphone);
  }

  #start(): Mix | null {
    const context = this.#options.createAudioContext?.();
    if (context === undefined) return null;
    const out = context.createMediaStreamDestination();
    const [track] = out.stream.getAudioTracks();
    if (track === undefined) {
      context.close().catch(this.#options.report);
      return null;
    }
    context.addEventListener("statechange", this.#options.onChange);
    wake(context, this.#options.report);
    return { context, out, track, inputs: new Map() };
  }

  #plug(mix: Mix | null, name: "microphone" | "screen", track: MediaStreamTrack | null): void {
    if (mix === null) return;
    const present = mix.inputs.get(name);
    if ((present?.track ?? null) === track) return;
    present?.node.disconnect();
    mix.inputs.delete(name);
    if (track === null) return;
    const node = mix.context.createMediaStreamSource(this.#options.createStream([track]));
    node.connect(mix.out);
    mix.inputs.set(name, { track, node });
  }

  #close(): void {
    const mix = this.#mix;
    this.#mix = null;
    if (mix === null) return;
    mix.context.removeEventListener("statechange", this.#options.onChange);
    for (const { node } of mix.inputs.values()) node.disconnect();
    mix.track.stop();
    mix.context.close().catch(this.#options.report);
  }
}

// Web Audio without a browser: a graph that can be looked at.

import type { SoundContext, SoundMeter, SoundNode } from "../../src/media/environment.js";
import { FakeStream, FakeTrack } from "./fakeTracks.js";

/** A node that knows where it leads. */
class FakeNode implements SoundNode {
  readonly targets = new Set<SoundNode>();

  constructor(readonly track: MediaStreamTrack | null = null) {}

  connect(destination: SoundNode): void {
    this.targets.add(destination);
  }

  disconnect(): void {
    this.targets.clear();
  }
}

class FakeDestination extends FakeNode {
  readonly out = new FakeTrack("audio", "mix");
  readonly stream: MediaStream = new FakeStream([this.out]);
}

class FakeMeter extends FakeNode implements SoundMeter {
  fftSize = 2048;

  constructor(readonly context: FakeSoundContext) {
    super();
  }

  getFloatTimeDomainData(samples: Float32Array<ArrayBuffer>): void {
    samples.fill(this.context.amplitude);
  }
}

/** How Web Audio behaves. */
export interface FakeSound {
  /** What a context becomes when it is resumed. */
  afterResume: "running" | "suspended";
  /** What createMediaStreamSource throws. */
  refusal: DOMException | null;
}

/** An audio context. */
export class FakeSoundContext extends EventTarget implements SoundContext {
  state = "suspended";
  resumed = 0;
  /** What a meter reads. */
  amplitude = 0;
  readonly sources: FakeNode[] = [];
  readonly destination = new FakeDestination();

  constructor(readonly sound: FakeSound) {
    super();
  }

  async resume(): Promise<void> {
    this.resumed += 1;
    await Promise.resolve();
    if (this.sound.afterResume === "running") this.become("running");
  }

  async close(): Promise<void> {
    await Promise.resolve();
    this.become("closed");
  }

  become(state: string): void {
    this.state = state;
    this.dispatchEvent(new Event("statechange"));
  }

  createMediaStreamSource(stream: MediaStream): SoundNode {
    if (this.sound.refusal !== null) throw this.sound.refusal;
    const node = new FakeNode(stream.getAudioTracks()[0] ?? null);
    this.sources.push(node);
    return node;
  }

  createMediaStreamDestination(): SoundNode & { readonly stream: MediaStream } {
    return this.destination;
  }

  createAnalyser(): SoundMeter {
    return new FakeMeter(this);
  }

  /** The tracks that are heard in the mix now. */
  mixed(): (MediaStreamTrack | null)[] {
    return this.sources.filter(({ targets }) => targets.has(this.destination)).map(({ track }) => track);
  }
}

// What comes out of the page's audio elements, all of them together: the longest silence in it.

/** A time in which nothing was heard. */
export interface Silence {
  /** When it was over, in milliseconds since the epoch. */
  readonly untilMs: number;
  readonly ms: number;
}

/** The sound that a person in front of the page hears. */
export interface HearingProbe {
  /** A microphone that never pauses, in the place of the fake one, which beeps once a second. */
  sing(): void;
  /** Listens from now on; what was measured before is forgotten. */
  listen(): Promise<void>;
  /** The silences of 40 ms and more since then. */
  silences(): Silence[];
  /** How long was listened, in milliseconds. */
  listened(): number;
}

/** Below this amplitude it is silence: a hundredth of what {@link HearingProbe.sing} sends. */
const SILENT = 0.002;

/** Shorter ones are pauses of the codec, in milliseconds. */
const SHORTEST_MS = 40;

/** How often it is looked which elements play, in milliseconds. */
const LOOK_MS = 10;

/** Runs beside the page's own work: tells of each stretch of silence when it is over, and how far it has come. */
const WORKLET = `
registerProcessor("silences", class extends AudioWorkletProcessor {
  #silent = 0;
  #blocks = 0;
  process([input]) {
    const [samples] = input;
    let peak = 0;
    for (const one of samples ?? []) peak = Math.max(peak, Math.abs(one));
    this.#blocks += 1;
    if (peak < ${SILENT}) this.#silent += 1;
    else {
      if (this.#silent > 0) this.port.postMessage([this.#silent, this.#blocks]);
      this.#silent = 0;
    }
    if (this.#blocks % 100 === 0) this.port.postMessage([0, this.#blocks]);
    return true;
  }
});`;

/** Samples in a block of Web Audio. */
const BLOCK = 128;

interface Plugged {
  readonly stream: MediaProvider;
  readonly source: MediaStreamAudioSourceNode;
  readonly gain: GainNode;
}

/** Watches which elements play, from the beginning of the page on. */
export function probeHearing(): HearingProbe {
  const elements = new Set<HTMLMediaElement>();
  const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function (this: HTMLMediaElement) {
    if (this instanceof HTMLAudioElement) elements.add(this);
    return play.call(this);
  };
  const measured = { blocks: 0, rate: 48_000 };
  const silences: Silence[] = [];
  const inMs = (blocks: number): number => (blocks * BLOCK * 1_000) / measured.rate;
  return {
    sing,
    async listen() {
      silences.length = 0;
      const context = new AudioContext();
      measured.rate = context.sampleRate;
      const url = URL.createObjectURL(new Blob([WORKLET], { type: "text/javascript" }));
      await context.audioWorklet.addModule(url);
      const meter = new AudioWorkletNode(context, "silences", { numberOfInputs: 1 });
      meter.port.onmessage = ({ data }) => {
        const [silent = 0, blocks = 0] = data as readonly number[];
        // The first second: elements are being plugged in.
        const ms = Math.round(inMs(silent));
        if (inMs(blocks) > 1_000 && ms >= SHORTEST_MS) silences.push({ untilMs: Date.now(), ms });
        measured.blocks = blocks;
      };
      const plugged = new Map<HTMLMediaElement, Plugged>();
      setInterval(() => {
        for (const element of elements) plug(context, meter, plugged, element);
      }, LOOK_MS);
      await context.resume();
    },
    silences: () => [...silences],
    listened: () => inMs(measured.blocks),
  };
}

/** Brings the mix to what an element plays now. */
function plug(
  context: AudioContext,
  meter: AudioNode,
  plugged: Map<HTMLMediaElement, Plugged>,
  element: HTMLMediaElement,
): void {
  const stream = element.srcObject;
  let known = plugged.get(element);
  if (known !== undefined && known.stream !== stream) {
    known.source.disconnect();
    known.gain.disconnect();
    plugged.delete(element);
    known = undefined;
  }
  if (known === undefined && stream instanceof MediaStream && stream.getAudioTracks().length > 0) {
    const source = context.createMediaStreamSource(stream);
    const gain = context.createGain();
    source.connect(gain).connect(meter);
    known = { stream, source, gain };
    plugged.set(element, known);
  }
  if (known !== undefined) known.gain.gain.value = element.muted || element.paused ? 0 : element.volume;
}

/** A siren of three voices: steady enough to leave no hole, moving enough not to be taken for noise. */
function sing(): void {
  const devices = navigator.mediaDevices;
  const original = devices.getUserMedia.bind(devices);
  devices.getUserMedia = async (constraints = {}) => {
    if (!constraints.audio) return original(constraints);
    const context = new AudioContext();
    const out = context.createMediaStreamDestination();
    for (const hertz of [180, 310, 520]) {
      const voice = new OscillatorNode(context, { type: "sawtooth", frequency: hertz });
      const sway = new OscillatorNode(context, { frequency: 3 + hertz / 200 });
      const depth = new GainNode(context, { gain: hertz / 4 });
      sway.connect(depth).connect(voice.frequency);
      voice.connect(new GainNode(context, { gain: 0.08 })).connect(out);
      voice.start();
      sway.start();
    }
    await context.resume();
    const pictures = constraints.video ? (await original({ video: constraints.video })).getTracks() : [];
    return new MediaStream([...out.stream.getTracks(), ...pictures]);
  };
}

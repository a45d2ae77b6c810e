// The sounds of ringing, computed: no audio file is loaded. Pure.

/** What sounds: a call for oneself, one while in another call, the caller waiting, a test of a speaker. */
export type ToneKind = "incoming" | "soft" | "outgoing" | "test";

/** One struck note. */
interface Note {
  /** Seconds after the start of the pattern. */
  readonly at: number;
  /** Hertz. */
  readonly pitch: number;
  /** Seconds until it has faded. */
  readonly lasts: number;
  /** 0 to 1. */
  readonly gain: number;
}

/** A pattern that repeats after `period` seconds. */
interface Pattern {
  readonly period: number;
  readonly notes: readonly Note[];
}

// A pentatonic third up and back: friendly, and told from the siren-like tones of phones.
const [D5, FSHARP5, A5, B5] = [587.33, 739.99, 880, 987.77] as const;

const PATTERNS: Readonly<Record<ToneKind, Pattern>> = {
  incoming: {
    period: 3.2,
    notes: [
      { at: 0, pitch: D5, lasts: 0.9, gain: 0.5 },
      { at: 0.18, pitch: FSHARP5, lasts: 0.9, gain: 0.5 },
      { at: 0.36, pitch: A5, lasts: 1.1, gain: 0.55 },
      { at: 0.72, pitch: B5, lasts: 1.3, gain: 0.45 },
      { at: 1.08, pitch: A5, lasts: 1.4, gain: 0.4 },
    ],
  },
  soft: { period: 5, notes: [{ at: 0, pitch: A5, lasts: 0.7, gain: 0.14 }] },
  outgoing: {
    period: 4,
    notes: [
      { at: 0, pitch: D5 / 2, lasts: 1.2, gain: 0.22 },
      { at: 0.4, pitch: A5 / 2, lasts: 1.4, gain: 0.18 },
    ],
  },
  test: {
    period: 1.6,
    notes: [
      { at: 0, pitch: D5, lasts: 0.8, gain: 0.45 },
      { at: 0.2, pitch: A5, lasts: 1.2, gain: 0.45 },
    ],
  },
};

/** Seconds after which the tone repeats. */
export function tonePeriod(kind: ToneKind): number {
  return PATTERNS[kind].period;
}

/**
 * One period of a tone.
 *
 * @param sampleRate - Samples per second.
 * @returns Mono samples, -1 to 1, that may be looped without a click.
 */
export function toneSamples(kind: ToneKind, sampleRate: number): Float32Array<ArrayBuffer> {
  const { period, notes } = PATTERNS[kind];
  const samples = new Float32Array(Math.round(period * sampleRate));
  for (const note of notes) strike(samples, note, sampleRate);
  return samples;
}

/** Seconds of attack: shorter clicks, longer sounds blown. */
const ATTACK = 0.008;

/** Adds a bell-like note: two partials that fade, the upper one faster. */
function strike(samples: Float32Array, note: Note, sampleRate: number): void {
  const first = Math.round(note.at * sampleRate);
  const count = Math.min(Math.round(note.lasts * sampleRate), samples.length - first);
  for (let index = 0; index < count; index += 1) {
    const time = index / sampleRate;
    const left = 1 - time / note.lasts;
    const envelope = Math.min(1, time / ATTACK) * Math.exp(-4 * (time / note.lasts)) * left;
    const turn = 2 * Math.PI * note.pitch * time;
    const wave = 0.8 * Math.sin(turn) + 0.2 * Math.exp(-6 * time) * Math.sin(2 * turn);
    const place = first + index;
    samples[place] = (samples[place] ?? 0) + note.gain * envelope * wave;
  }
}

// How loud people are: one timer while somebody listens, none otherwise.

import type { Levels } from "../api.js";
import { browserEnvironment, type MediaEnvironment } from "./environment.js";
import { createMeter } from "./meter.js";

/** Milliseconds between two values. Shorter costs work on every tile, longer looks sluggish. */
const STEP_MS = 100;

/** The share of a rise that is taken in one step: quick, so that a first syllable shows. */
const RISE = 0.7;

/** The share of a fall: slow, so that a ring does not flicker between words. */
const FALL = 0.3;

/** Below this a level is silence. */
const SILENCE = 0.01;

/** The quietest sound that shows, in decibels below full scale: about the noise of a quiet room. */
const QUIETEST_DB = -60;

/** The sound that fills the meter, in decibels below full scale: a raised voice. */
const LOUDEST_DB = -10;

/** Where loudness comes from. */
export interface LevelSources
  extends Partial<
    Pick<MediaEnvironment, "createAudioContext" | "createStream" | "every" | "activated" | "report">
  > {
  /** The own microphone; null while there is none. */
  local(): MediaStreamTrack | null;
  /**
   * The sound level of another participant as `RTCRtpReceiver.getSynchronizationSources()` gives it: linear,
   * 0 to 1 (W3C WebRTC §5.6 `audioLevel`). Null while nothing is known.
   */
  remote(userId: string): number | null;
}

/** One participant somebody listens to. */
interface Heard {
  level: number;
  readonly listeners: Set<(level: number) => void>;
}

/** Makes {@link Levels}; `self` is the own microphone. */
export function createLevels(sources: LevelSources): Levels {
  const environment = { ...browserEnvironment(), ...sources };
  const heard = new Map<string, Heard>();
  const meter = createMeter(environment);
  let stopTimer: (() => void) | null = null;

  function tick(): void {
    for (const [userId, one] of [...heard]) {
      const loudness = userId === "self" ? meter.read(sources.local()) : (sources.remote(userId) ?? 0);
      one.level = smoothed(one.level, shown(loudness));
      for (const listener of [...one.listeners]) tell(listener, one.level);
    }
  }

  function tell(listener: (level: number) => void, level: number): void {
    try {
      listener(level);
    } catch (error) {
      environment.report(error);
    }
  }

  function forget(userId: string, listener: (level: number) => void): void {
    const one = heard.get(userId);
    if (one?.listeners.delete(listener) !== true || one.listeners.size > 0) return;
    heard.delete(userId);
    if (userId === "self") meter.close();
    if (heard.size > 0) return;
    stopTimer?.();
    stopTimer = null;
  }

  return {
    subscribe(userId, listener) {
      const one = heard.get(userId) ?? { level: 0, listeners: new Set() };
      heard.set(userId, one);
      // Wrapped, so that the same function may listen twice.
      const own = (level: number): void => listener(level);
      one.listeners.add(own);
      stopTimer ??= environment.every(STEP_MS, tick);
      return () => forget(userId, own);
    },
  };
}

/** The level that is shown for a linear amplitude: even steps of decibels, as ears have it. */
function shown(amplitude: number): number {
  if (!(amplitude > 0)) return 0;
  const decibels = 20 * Math.log10(amplitude);
  return Math.min(1, Math.max(0, (decibels - QUIETEST_DB) / (LOUDEST_DB - QUIETEST_DB)));
}

function smoothed(before: number, now: number): number {
  const next = before + (now - before) * (now > before ? RISE : FALL);
  return next < SILENCE ? 0 : next;
}

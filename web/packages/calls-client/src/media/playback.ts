// The sound of the others: one audio element for each participant.

import { CallError, mediaAccessMessage } from "../errors.js";
import { createStore, type Store } from "../store.js";
import { browserEnvironment, type MediaEnvironment } from "./environment.js";
import { exceptionName, failureName, isRefusal } from "./failure.js";

/** Plays what the others send. */
export interface Playback {
  /** True while the browser refuses to play sound before a click. */
  readonly blocked: Store<{ readonly blocked: boolean }>;
  /** Plays this track for the participant; null stops and forgets them. */
  set(userId: string, track: MediaStreamTrack | null): void;
  /** Loudness of one participant, 0 to 1; kept when their track is another one. */
  setVolume(userId: string, volume: number): void;
  /**
   * Plays on this device; null for the default.
   *
   * @throws CallError `Unsupported` where browsers have no choice of loudspeakers, `DeviceMissing` or
   * `PermissionDenied` when this one cannot be had. Sound then goes on where it was.
   */
  setSpeaker(deviceId: string | null): Promise<void>;
  /** Plays what was refused; to be called from a click. */
  resume(): Promise<void>;
  dispose(): void;
}

/** The part of an `HTMLAudioElement` that is used. */
export interface SoundElement {
  srcObject: MediaStream | MediaSource | Blob | null;
  volume: number;
  muted: boolean;
  play(): Promise<void>;
  pause(): void;
  setSinkId?(deviceId: string): Promise<void>;
}

/** What playback is made of; the browser's own when left out. */
export interface PlaybackOptions extends Partial<Pick<MediaEnvironment, "createStream" | "report">> {
  readonly createElement?: () => SoundElement;
}

/** One participant's sound. */
interface Voice {
  readonly element: SoundElement;
  track: MediaStreamTrack;
}

/**
 * Makes the playback of a call. Elements, and no Web Audio: echo cancellation and the choice of a loudspeaker
 * work with them everywhere, and Chromium keeps a remote track silent that no element plays.
 */
export function createPlayback(options: PlaybackOptions = {}): Playback {
  const { createStream, report } = { ...browserEnvironment(), ...options };
  const createElement = options.createElement ?? (() => new Audio());
  const voices = new Map<string, Voice>();
  const volumes = new Map<string, number>();
  const refused = new Set<string>();
  const blocked = createStore({ blocked: false });
  let speaker: string | null = null;

  async function play(userId: string, { element, track }: Voice): Promise<void> {
    const isCurrent = (): boolean => voices.get(userId)?.track === track;
    try {
      await element.play();
      if (isCurrent()) refused.delete(userId);
    } catch (error) {
      // AbortError: another track came, or the participant went, before this one began.
      if (isRefusal(error) && isCurrent()) refused.add(userId);
      else if (!isRefusal(error) && exceptionName(error) !== "AbortError") report(error);
    }
    blocked.patch({ blocked: refused.size > 0 });
  }

  function add(userId: string, track: MediaStreamTrack): Voice {
    const element = createElement();
    setLoudness(element, volumes.get(userId) ?? 1);
    if (speaker !== null) element.setSinkId?.(speaker).catch(report);
    const voice: Voice = { element, track };
    voices.set(userId, voice);
    return voice;
  }

  function remove(userId: string): void {
    const voice = voices.get(userId);
    voices.delete(userId);
    refused.delete(userId);
    voice?.element.pause();
    if (voice !== undefined) voice.element.srcObject = null;
    blocked.patch({ blocked: refused.size > 0 });
  }

  async function route(deviceId: string | null): Promise<void> {
    const probe = [...voices.values()][0]?.element ?? createElement();
    if (probe.setSinkId === undefined) {
      if (deviceId === null) return;
      throw new DOMException("The browser has no choice of loudspeakers", "NotSupportedError");
    }
    await probe.setSinkId(deviceId ?? "");
    speaker = deviceId;
    const others = [...voices.values()].filter(({ element }) => element !== probe);
    await Promise.all(others.map(({ element }) => element.setSinkId?.(deviceId ?? "")));
  }

  return {
    blocked,
    set(userId, track) {
      const present = voices.get(userId);
      if (track === null) {
        remove(userId);
        return;
      }
      if (present?.track === track) return;
      const voice = present ?? add(userId, track);
      voice.track = track;
      voice.element.srcObject = createStream([track]);
      void play(userId, voice);
    },
    setVolume(userId, volume) {
      const within = Math.min(1, Math.max(0, volume));
      volumes.set(userId, within);
      const voice = voices.get(userId);
      if (voice !== undefined) setLoudness(voice.element, within);
    },
    async setSpeaker(deviceId) {
      try {
        await route(deviceId);
      } catch (error) {
        throw new CallError(failureName(error), mediaAccessMessage(exceptionName(error)), {
          device: "speaker",
          cause: error,
        });
      }
    },
    async resume() {
      await Promise.all([...voices].map(([userId, voice]) => play(userId, voice)));
    },
    dispose() {
      for (const userId of [...voices.keys()]) remove(userId);
      volumes.clear();
    },
  };
}

/** Where the loudness cannot be set (iPhones leave it to their buttons) there is at least silence. */
function setLoudness(element: SoundElement, volume: number): void {
  if (element.volume === volume) return;
  element.volume = volume;
  if (element.volume !== volume) element.muted = volume === 0;
}

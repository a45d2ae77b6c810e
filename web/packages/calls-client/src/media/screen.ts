// The shared screen: asked for from a click, over when the browser, the person or the window ends it.

import type { ScreenState } from "../state.js";
import { createStore, type Store } from "../store.js";
import { type ScreenOptions, screenOptions } from "./constraints.js";
import type { CaptureDevices } from "./environment.js";
import { deviceError, exceptionName, unsupportedError } from "./failure.js";

/** What is shared: the picture, and its sound when there is one. */
interface Shared {
  readonly picture: MediaStreamTrack;
  readonly sound: MediaStreamTrack | null;
}

/**
 * Owns the tracks of at most one shared screen. A request that is answered after it was stopped, or after a
 * newer one, is stopped at once.
 */
export class ScreenShare {
  readonly #mediaDevices: CaptureDevices | null;
  readonly #store = createStore<ScreenState>({ status: "off", error: null, track: null, audio: false });
  #shared: Shared | null = null;
  /** Counts starts and stops: an answer to an older one is too late. */
  #turn = 0;
  #disposed = false;
  /** The picker that is open: a second click does not open a second one. */
  #asking: Promise<void> | null = null;

  constructor(mediaDevices: CaptureDevices | null) {
    this.#mediaDevices = mediaDevices;
  }

  get store(): Store<ScreenState> {
    return this.#store;
  }

  /** The sound of what is shared. */
  get sound(): MediaStreamTrack | null {
    return this.#store.get().audio ? (this.#shared?.sound ?? null) : null;
  }

  /**
   * Asks for a screen, in the same turn as the click. A screen that is shared already is replaced when
   * another one was picked. Resolves as well when the person closes the picker.
   *
   * @throws CallError `PermissionDenied` when the system or the page forbids it, `DeviceBusy`,
   * `DeviceMissing` or `Unsupported`; the state shows it too.
   */
  start(audio: boolean): Promise<void> {
    if (this.#disposed) return Promise.resolve();
    const pick = this.#mediaDevices?.getDisplayMedia?.bind(this.#mediaDevices);
    if (pick === undefined) {
      const error = unsupportedError("screen");
      this.#store.patch({ error });
      return Promise.reject(error);
    }
    this.#asking ??= this.#ask(audio, pick);
    return this.#asking;
  }

  async #ask(audio: boolean, pick: (options: ScreenOptions) => Promise<MediaStream>): Promise<void> {
    this.#turn += 1;
    const turn = this.#turn;
    this.#store.patch({ status: this.#shared === null ? "starting" : "on", error: null });
    let stream: MediaStream;
    try {
      stream = await pick(screenOptions(audio));
    } catch (error) {
      if (turn === this.#turn) this.#refused(error, audio);
      return;
    }
    if (turn === this.#turn) this.#asking = null;
    const [picture] = stream.getVideoTracks();
    if (turn !== this.#turn || picture === undefined) {
      for (const track of stream.getTracks()) track.stop();
      if (turn === this.#turn) this.#refused(new DOMException("No picture came", "NotFoundError"), audio);
      return;
    }
    this.#adopt(picture, stream.getAudioTracks()[0] ?? null);
  }

  /** Stops sharing, also while the picker is open. */
  stop(): void {
    this.#turn += 1;
    this.#asking = null;
    this.#letGo();
    this.#store.set({ status: "off", error: null, track: null, audio: false });
  }

  /** Goes on without the sound: it cannot be mixed. */
  dropSound(): void {
    const sound = this.#shared?.sound ?? null;
    if (this.#shared !== null) this.#shared = { ...this.#shared, sound: null };
    sound?.stop();
    this.#store.patch({ audio: false });
  }

  /** Stops for ever. */
  dispose(): void {
    this.#disposed = true;
    this.stop();
  }

  #adopt(picture: MediaStreamTrack, sound: MediaStreamTrack | null): void {
    this.#letGo();
    const shared: Shared = { picture, sound };
    this.#shared = shared;
    // Text first: rather fewer pictures than blurred letters (W3C MediaStreamTrack Content Hints §3).
    picture.contentHint = "detail";
    // The browser's own "Stop sharing", and a window that was closed.
    picture.addEventListener("ended", () => {
      if (this.#shared?.picture === picture) this.stop();
    });
    sound?.addEventListener("ended", () => {
      if (this.#shared?.sound === sound) this.dropSound();
    });
    this.#store.set({ status: "on", error: null, track: picture, audio: sound !== null });
  }

  #letGo(): void {
    const shared = this.#shared;
    this.#shared = null;
    shared?.picture.stop();
    shared?.sound?.stop();
  }

  #refused(cause: unknown, audio: boolean): void {
    this.#asking = null;
    const status = this.#shared === null ? "off" : "on";
    const error = isCancelled(cause) ? null : deviceError(cause, "screen", () => this.start(audio));
    this.#store.patch({ status, error });
    if (error !== null) throw error;
  }
}

/**
 * Whether a refusal is just a person who closed the picker. The exception is the same when the system or the
 * page forbids sharing (W3C Screen Capture §5.1); only the words tell them apart, and only some browsers
 * have them.
 */
function isCancelled(error: unknown): boolean {
  if (exceptionName(error) === "AbortError") return true;
  if (exceptionName(error) !== "NotAllowedError") return false;
  const words = error instanceof Error || error instanceof DOMException ? error.message : "";
  return !/system|policy/i.test(words);
}

// A microphone or a camera: what the person wants of it, and the one loop that makes it so.

import { CallError } from "../errors.js";
import type { SourceState } from "../state.js";
import { createStore, type Store } from "../store.js";
import type { Ask, Opened } from "./asking.js";
import { type CameraLines, type CaptureKind, cameraConstraints, type Wish } from "./constraints.js";
import type { MediaEnvironment } from "./environment.js";
import { deviceError, isOverconstrained, isRefusal, unsupportedError } from "./failure.js";
import { watchTrack } from "./trackWatch.js";

/**
 * How often a track that ends by itself is opened again before somebody must act. Fewer gives up on a loose
 * plug, more keeps a broken device blinking.
 */
const REOPENINGS = 3;

/** What a source is made of. */
export interface SourceOptions extends Pick<MediaEnvironment, "every" | "report"> {
  readonly kind: CaptureKind;
  /** Null where there are no devices. */
  readonly ask: Ask | null;
  /** The device that was chosen before; null for the default. */
  readonly deviceId: string | null;
  /** A device was opened: browsers show labels from then on. */
  onOpened(): void;
  /** The default stands in for the chosen device, or no longer does. */
  onReplaced(reason: "gone" | "back"): void;
}

/**
 * Owns at most one live track. What is wanted is written down at once and never by this class itself; a
 * single loop asks the browser until what is there is what is wanted. An answer that comes when it is no
 * longer wanted is stopped at once. A microphone that is switched off stays open without a sound, so that it
 * is back without delay; a camera is let go, so that its light goes out.
 */
export class CaptureSource {
  readonly #options: SourceOptions;
  readonly #device: "microphone" | "camera";
  readonly #store;
  /** False until it is wanted or not for the first time, and after `release`. */
  #engaged = false;
  #disposed = false;
  #running: Promise<void> | null = null;
  #unwatch: (() => void) | null = null;
  #lines: CameraLines = 720;
  #reopenings = 0;
  /** The default stands in for the chosen device. */
  #fellBack = false;
  /** The camera that was unplugged while in use: another one might show what was not meant to be seen. */
  #lost: string | null = null;
  /** The device of the present track. */
  #deviceInUse: string | null = null;
  /** Devices changed while the browser was being asked. */
  #news = false;

  constructor(options: SourceOptions) {
    this.#options = options;
    this.#device = options.kind === "audio" ? "microphone" : "camera";
    this.#store = createStore<SourceState>({
      wanted: false,
      status: "off",
      error: null,
      deviceId: options.deviceId,
      track: null,
    });
  }

  get store(): Store<SourceState> {
    return this.#store;
  }

  /**
   * Switches on or off. Resolves when it is so, or no longer wanted.
   *
   * @throws CallError `PermissionDenied`, `DeviceMissing`, `DeviceBusy`, `Overconstrained` or `Unsupported`;
   * the state shows it too.
   */
  set(enabled: boolean): Promise<void> {
    if (this.#disposed) return Promise.resolve();
    this.#engaged = true;
    this.#store.patch({ wanted: enabled });
    if (enabled) return this.#again();
    if (this.#options.kind === "video") this.#drop();
    this.#show(null);
    return Promise.resolve();
  }

  /** Tries again what failed. @throws CallError as {@link set} does. */
  retry(): Promise<void> {
    const { error, wanted } = this.#store.get();
    if (error === null || !wanted) return Promise.resolve();
    return this.#again();
  }

  /**
   * Takes another device; null for the default. When that one cannot be had, the one before is taken again.
   *
   * @throws CallError as {@link set} does.
   */
  async choose(deviceId: string | null): Promise<void> {
    const before = this.#store.get().deviceId;
    if (deviceId === before) return this.retry();
    this.#take(deviceId);
    try {
      await this.#again();
    } catch (error) {
      const { deviceId: now, status } = this.#store.get();
      if (now === deviceId && status === "failed") {
        this.#take(before);
        this.#inTheBackground(this.#again());
      }
      throw error;
    }
  }

  /** The height of the camera picture from now on; a camera that cannot stays as it is. */
  limit(lines: CameraLines): void {
    if (lines === this.#lines) return;
    this.#lines = lines;
    const { track } = this.#store.get();
    if (track !== null) void this.#resize(track);
  }

  /** Something was plugged in or out: the ids of all devices of this kind, and of the new ones. */
  devicesChanged(present: ReadonlySet<string>, added: ReadonlySet<string>): void {
    const { track, error, wanted, deviceId } = this.#store.get();
    this.#news = this.#running !== null;
    this.#reopenings = 0;
    if (track?.readyState === "ended") this.#ended();
    else if (track !== null && this.#fellBack && deviceId !== null && present.has(deviceId)) {
      this.#drop();
      this.#inTheBackground(this.#open());
    } else if (wanted && track === null && error !== null && this.#isBack(error, present, added)) {
      if (this.#lost !== null && !present.has(this.#lost)) this.#lost = null;
      this.#show(null);
      this.#inTheBackground(this.#open());
    }
  }

  /** The permission was given outside of a prompt. */
  permissionGranted(): void {
    if (this.#store.get().error?.name === "PermissionDenied") this.#inTheBackground(this.retry());
  }

  /** Lets go of the device; what is wanted stays written down, and counts at the next {@link set}. */
  release(): void {
    this.#engaged = false;
    this.#lost = null;
    this.#drop();
    this.#show(null);
  }

  /** Lets go for ever. */
  dispose(): void {
    this.#disposed = true;
    this.release();
  }

  #isBack(error: CallError, present: ReadonlySet<string>, added: ReadonlySet<string>): boolean {
    const { deviceId } = this.#store.get();
    if (error.name === "DeviceBusy" || error.name === "Overconstrained") return true;
    if (error.name !== "DeviceMissing") return false;
    if (this.#lost === null || deviceId === null) return added.size > 0;
    return present.has(this.#lost) || present.has(deviceId);
  }

  #take(deviceId: string | null): void {
    this.#drop();
    this.#fellBack = false;
    this.#store.patch({ deviceId });
    this.#show(null);
  }

  #again(): Promise<void> {
    this.#reopenings = 0;
    this.#lost = null;
    if (this.#store.get().track?.muted === true) this.#drop();
    this.#show(null);
    return this.#open();
  }

  #wish(): Wish {
    const deviceId = this.#lost ?? this.#store.get().deviceId;
    return { kind: this.#options.kind, deviceId, loose: false, lines: this.#lines };
  }

  #needsTrack(): boolean {
    const { wanted, track, error } = this.#store.get();
    return this.#engaged && wanted && track === null && error === null;
  }

  #open(): Promise<void> {
    if (!this.#needsTrack()) return Promise.resolve();
    const { ask } = this.#options;
    if (ask === null) return Promise.reject(this.#fail(unsupportedError(this.#device)));
    this.#store.patch({ status: "starting" });
    this.#running ??= this.#run(ask);
    return this.#running;
  }

  /** Invariant: runs once at a time, and nothing waits between its last look at the state and its end. */
  async #run(ask: Ask): Promise<void> {
    while (this.#needsTrack()) {
      const wish = this.#wish();
      const outdated = (): boolean => !this.#needsTrack() || wish.deviceId !== this.#wish().deviceId;
      this.#news = false;
      let opened: Opened;
      try {
        opened = await ask(wish, this.#lost === null);
      } catch (error) {
        if (outdated() || (this.#news && !isRefusal(error))) continue;
        this.#running = null;
        throw this.#fail(deviceError(error, this.#device, () => this.retry()));
      }
      if (outdated()) opened.track.stop();
      else this.#adopt(opened);
    }
    this.#running = null;
  }

  #adopt({ track, wish }: Opened): void {
    const { deviceId } = this.#store.get();
    const fellBack = deviceId !== null && wish.deviceId !== deviceId;
    const changed = fellBack !== this.#fellBack;
    this.#fellBack = fellBack;
    this.#lost = null;
    this.#deviceInUse = track.getSettings().deviceId ?? null;
    this.#unwatch = watchTrack(track, this.#options.every, {
      ended: () => this.#ended(),
      silenced: () => this.#show(this.#silenced()),
      heard: () => this.#show(null),
    });
    if (wish.lines !== this.#lines) void this.#resize(track);
    this.#store.patch({ track });
    this.#show(null);
    if (changed) this.#options.onReplaced(fellBack ? "gone" : "back");
    this.#options.onOpened();
  }

  #silenced(): CallError {
    const cause = new DOMException("The system stopped the device", "NotReadableError");
    return deviceError(cause, this.#device, () => this.retry());
  }

  /** The system ended the track: unplugged, or the permission was taken back. */
  #ended(): void {
    const camera = this.#options.kind === "video";
    if (camera) this.#lost = this.#deviceInUse;
    this.#drop();
    this.#show(null);
    if (!this.#needsTrack()) return;
    this.#reopenings += 1;
    if (this.#reopenings > REOPENINGS || (camera && this.#lost === null)) {
      const cause = new DOMException("The device stopped by itself", "NotFoundError");
      this.#fail(deviceError(cause, this.#device, () => this.retry()));
    } else this.#inTheBackground(this.#open());
  }

  #fail(error: CallError): CallError {
    this.#show(error);
    return error;
  }

  /** Puts status, error and silence in line with what is wanted and what is there. */
  #show(problem: CallError | null): void {
    const { wanted, track } = this.#store.get();
    const error = wanted && this.#engaged ? problem : null;
    if (track !== null) track.enabled = wanted;
    const working = track === null ? "starting" : "on";
    const status = !wanted || !this.#engaged ? "off" : error === null ? working : "failed";
    this.#store.patch({ status, error });
  }

  #drop(): void {
    const { track } = this.#store.get();
    if (track === null) return;
    this.#unwatch?.();
    this.#unwatch = null;
    track.stop();
    this.#store.patch({ track: null });
  }

  async #resize(track: MediaStreamTrack): Promise<void> {
    try {
      await track.applyConstraints(cameraConstraints(this.#lines));
    } catch (error) {
      // A smaller picture saves work; a camera that has none, or was stopped meanwhile, is no failure.
      if (!isOverconstrained(error) && track.readyState === "live") this.#options.report(error);
    }
  }

  /** For what nobody waits for: its failure is in the state. */
  #inTheBackground(work: Promise<void>): void {
    work.catch((error: unknown) => {
      if (!(error instanceof CallError)) this.#options.report(error);
    });
  }
}

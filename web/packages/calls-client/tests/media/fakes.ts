// Devices, tracks and time of a browser that is not there, for the tests of capture and playback.

import type { CaptureDevices, MediaEnvironment, PermissionWatch } from "../../src/media/environment.js";
import { type FakeSound, FakeSoundContext } from "./fakeSound.js";
import { FakeStream, FakeTrack } from "./fakeTracks.js";

export { FakeStream, FakeTrack };

type Kind = "audio" | "video";

/** A microphone, a camera or a loudspeaker. */
export interface FakeDevice {
  readonly deviceId: string;
  readonly kind: MediaDeviceKind;
}

export const MICROPHONE: FakeDevice = { deviceId: "mic-a", kind: "audioinput" };
export const HEADSET: FakeDevice = { deviceId: "mic-b", kind: "audioinput" };
export const CAMERA: FakeDevice = { deviceId: "cam-a", kind: "videoinput" };
export const SECOND_CAMERA: FakeDevice = { deviceId: "cam-b", kind: "videoinput" };
export const SPEAKER: FakeDevice = { deviceId: "out-a", kind: "audiooutput" };

/** An exception that names the constraint which could not be met. */
export class FakeOverconstrained extends DOMException {
  readonly constraint: string;

  constructor(constraint: string) {
    super("", "OverconstrainedError");
    this.constraint = constraint;
  }
}

/** A permission of a fake browser. */
export class FakePermission extends EventTarget implements PermissionWatch {
  state: PermissionState = "granted";
  /** What the person says when asked. */
  answer: "grant" | "deny" | "dismiss" = "grant";
  prompts = 0;

  change(state: PermissionState): void {
    this.state = state;
    this.dispatchEvent(new Event("change"));
  }

  /** Asks the person where that is needed. Throws as getUserMedia does. */
  ask(): void {
    if (this.state === "prompt") {
      this.prompts += 1;
      if (this.answer !== "dismiss") this.state = this.answer === "grant" ? "granted" : "denied";
    }
    if (this.state !== "granted") throw new DOMException("Permission denied", "NotAllowedError");
  }
}

/** `navigator.mediaDevices` and permissions, with everything that can go wrong. */
export class FakeDevices extends EventTarget implements CaptureDevices {
  plugged: FakeDevice[] = [MICROPHONE, CAMERA, SPEAKER];
  readonly busy = new Set<string>();
  /** Devices that refuse any condition beyond being chosen. */
  readonly stubborn = new Set<string>();
  readonly permissions = { microphone: new FakePermission(), camera: new FakePermission() };
  readonly requests: MediaStreamConstraints[] = [];
  readonly tracks: FakeTrack[] = [];
  /** While true, answers wait for {@link answer}. */
  held = false;
  /** What getDisplayMedia does. */
  screen: "picture" | "picture-and-sound" | DOMException = "picture";
  screenRequests: DisplayMediaStreamOptions[] = [];
  #waiting: (() => void)[] = [];

  /** How many tracks of a kind are captured now. */
  live(kind: Kind): number {
    return this.tracks.filter((track) => track.kind === kind && track.readyState === "live").length;
  }

  /** The newest track of a kind. */
  newest(kind: Kind): FakeTrack {
    const track = this.tracks.findLast((one) => one.kind === kind);
    if (track === undefined) throw new Error(`no ${kind} was captured`);
    return track;
  }

  /** Answers what waits, oldest first. */
  async answer(): Promise<void> {
    this.#waiting.shift()?.();
    await settled();
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  plug(...devices: FakeDevice[]): void {
    this.plugged.push(...devices);
    this.dispatchEvent(new Event("devicechange"));
  }

  unplug(device: FakeDevice): void {
    this.plugged = this.plugged.filter((one) => one !== device);
    for (const track of this.tracks) if (track.deviceId === device.deviceId) track.end();
    this.dispatchEvent(new Event("devicechange"));
  }

  async enumerateDevices(): Promise<MediaDeviceInfo[]> {
    return this.plugged.map(({ deviceId, kind }) => {
      const shown = { deviceId, kind, groupId: "", label: `Label of ${deviceId}` };
      return { ...shown, toJSON: () => shown };
    });
  }

  async getUserMedia(constraints: MediaStreamConstraints): Promise<MediaStream> {
    this.requests.push(constraints);
    await this.#turn();
    const devices = [
      this.#find("audio", constraints.audio ?? false),
      this.#find("video", constraints.video ?? false),
    ].filter((device) => device !== null);
    const asked = [
      ...(constraints.audio ? [this.permissions.microphone] : []),
      ...(constraints.video ? [this.permissions.camera] : []),
    ];
    // One that is refused by the settings is refused before anybody is asked.
    for (const permission of asked) if (permission.state === "denied") permission.ask();
    for (const permission of asked) permission.ask();
    if (devices.some(({ deviceId }) => this.busy.has(deviceId))) {
      throw new DOMException("Could not start source", "NotReadableError");
    }
    return new FakeStream(devices.map((device) => this.#open(device)));
  }

  async getDisplayMedia(options: DisplayMediaStreamOptions): Promise<MediaStream> {
    this.screenRequests.push(options);
    await this.#turn();
    if (typeof this.screen !== "string") throw this.screen;
    const kinds: Kind[] = this.screen === "picture" || !options.audio ? ["video"] : ["video", "audio"];
    const tracks = kinds.map((kind) => new FakeTrack(kind, "screen"));
    this.tracks.push(...tracks);
    return new FakeStream(tracks);
  }

  #turn(): Promise<void> {
    if (!this.held) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #find(kind: Kind, wanted: MediaTrackConstraints | boolean): FakeDevice | null {
    if (wanted === false) return null;
    const all = this.plugged.filter((device) => device.kind === `${kind}input`);
    const [first] = all;
    if (first === undefined) throw new DOMException("Requested device not found", "NotFoundError");
    const conditions = wanted === true ? {} : wanted;
    const exact = exactOf(conditions);
    const device = exact === null ? first : all.find(({ deviceId }) => deviceId === exact);
    if (device === undefined) throw new FakeOverconstrained("deviceId");
    const more = Object.keys(conditions).some((name) => name !== "deviceId");
    if (more && this.stubborn.has(device.deviceId)) throw new FakeOverconstrained("width");
    return device;
  }

  #open({ deviceId, kind }: FakeDevice): FakeTrack {
    const track = new FakeTrack(kind === "audioinput" ? "audio" : "video", deviceId);
    this.tracks.push(track);
    return track;
  }
}

function exactOf({ deviceId }: MediaTrackConstraints): string | null {
  if (typeof deviceId !== "object" || Array.isArray(deviceId)) return null;
  return typeof deviceId.exact === "string" ? deviceId.exact : null;
}

/** A storage that lives as long as the test. */
export class FakeStorage {
  readonly kept = new Map<string, string>();
  getItem(key: string): string | null {
    return this.kept.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    this.kept.set(key, value);
  }
  removeItem(key: string): void {
    this.kept.delete(key);
  }
}

/** Time that stands still until told. */
export class FakeTimer {
  #now = 0;
  readonly #jobs = new Set<{ readonly period: number; due: number; readonly run: () => void }>();

  get running(): number {
    return this.#jobs.size;
  }

  readonly every = (period: number, run: () => void): (() => void) => {
    const job = { period, due: this.#now + period, run };
    this.#jobs.add(job);
    return () => this.#jobs.delete(job);
  };

  advance(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (;;) {
      const [job] = [...this.#jobs].filter(({ due }) => due <= end).sort((a, b) => a.due - b.due);
      if (job === undefined) break;
      this.#now = job.due;
      job.due += job.period;
      job.run();
    }
    this.#now = end;
  }
}

/** A browser for one test. */
export class FakeBrowser {
  readonly devices = new FakeDevices();
  readonly storage = new FakeStorage();
  readonly timer = new FakeTimer();
  readonly reported: unknown[] = [];
  readonly sound: FakeSound = { afterResume: "running", refusal: null };
  readonly contexts: FakeSoundContext[] = [];
  activated = true;

  environment(): MediaEnvironment {
    return {
      mediaDevices: this.devices,
      queryPermission: async (name) => this.devices.permissions[name],
      createAudioContext: () => {
        const context = new FakeSoundContext(this.sound);
        this.contexts.push(context);
        return context;
      },
      createStream: (tracks) => new FakeStream(tracks),
      storage: this.storage,
      every: this.timer.every,
      activated: () => this.activated,
      report: (error) => this.reported.push(error),
    };
  }
}

/** Resolves when everything that is under way has come to rest: all fakes answer without a timer. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

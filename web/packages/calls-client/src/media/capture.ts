// Microphone, camera and screen of this device as one value: what the person wants, and what came of it.

import type { DeviceConcerned } from "../errors.js";
import type { Device, LocalState } from "../state.js";
import { createStore } from "../store.js";
import { createAsk } from "./asking.js";
import { createDeviceList, idsOf, newIds, rememberDevices } from "./devices.js";
import { browserEnvironment, type MediaEnvironment } from "./environment.js";
import { createLevels } from "./levels.js";
import type { LocalMedia, Outgoing, Sources } from "./localMedia.js";
import { Mixer } from "./mixer.js";
import { createPermissionBell } from "./permission.js";
import { ScreenShare } from "./screen.js";
import { CaptureSource } from "./source.js";

/** A device was replaced without the person's doing. */
export interface DeviceChange {
  readonly device: Extract<DeviceConcerned, "microphone" | "camera" | "speaker">;
  /** `gone`: the chosen device is missing and the default is used; `back`: the chosen one is used again. */
  readonly reason: "gone" | "back";
}

/** What capture is made of; the browser's own when left out. */
export interface LocalMediaOptions extends Partial<MediaEnvironment> {
  /** Told when another device than the chosen one is used, and when that is over. */
  readonly onDeviceChange?: (change: DeviceChange) => void;
}

/**
 * Makes the capture of this device. Nothing is asked for until something is wanted. `setMicrophone`,
 * `setCamera`, `chooseDevice`, `startScreenShare` and `retry` reject with the `CallError` that the state
 * shows too.
 */
export function createLocalMedia(options: LocalMediaOptions = {}): LocalMedia {
  const environment: MediaEnvironment = { ...browserEnvironment(), ...options };
  const { mediaDevices, queryPermission, every, report } = environment;
  const remembered = rememberDevices(environment.storage);
  const ask = mediaDevices === null ? null : createAsk(mediaDevices, queryPermission);
  const told = (device: DeviceChange["device"], reason: DeviceChange["reason"]): void =>
    options.onDeviceChange?.({ device, reason });
  const onOpened = (): void => {
    devices.refresh().catch(report);
  };

  const microphone = new CaptureSource({
    kind: "audio",
    ask,
    every,
    report,
    deviceId: remembered.get("audioinput"),
    onOpened,
    onReplaced: (reason) => told("microphone", reason),
  });
  const camera = new CaptureSource({
    kind: "video",
    ask,
    every,
    report,
    deviceId: remembered.get("videoinput"),
    onOpened,
    onReplaced: (reason) => told("camera", reason),
  });
  const screen = new ScreenShare(mediaDevices);
  const mixer = new Mixer({ ...environment, onChange: () => update() });
  const bells = {
    microphone: createPermissionBell(queryPermission, "microphone", () => microphone.permissionGranted()),
    camera: createPermissionBell(queryPermission, "camera", () => camera.permissionGranted()),
  };

  const outgoing = createStore<Outgoing>({ audio: null, video: null, videoKind: "camera" });
  const sources = createStore<Sources>({ microphone: null, camera: null, screen: null, screenSound: null });
  const store = createStore<LocalState>({
    microphone: microphone.store.get(),
    camera: camera.store.get(),
    screen: screen.store.get(),
    devices: [],
    speakerId: remembered.get("audiooutput"),
  });
  const levels = createLevels({
    ...environment,
    local: () => microphone.store.get().track,
    remote: () => null,
  });

  const devices = createDeviceList(mediaDevices, devicesChanged, report);

  function devicesChanged(now: readonly Device[], before: readonly Device[]): void {
    store.patch({ devices: now });
    const of = (kind: Device["kind"]): [ReadonlySet<string>, ReadonlySet<string>] => {
      const present = idsOf(now, kind);
      return [present, newIds(present, idsOf(before, kind))];
    };
    microphone.devicesChanged(...of("audioinput"));
    camera.devicesChanged(...of("videoinput"));
    tellOfSpeaker(idsOf(now, "audiooutput"), idsOf(before, "audiooutput"));
  }

  function tellOfSpeaker(now: ReadonlySet<string>, before: ReadonlySet<string>): void {
    const { speakerId } = store.get();
    if (speakerId === null || now.has(speakerId) === before.has(speakerId)) return;
    told("speaker", now.has(speakerId) ? "back" : "gone");
  }

  function update(): void {
    mix();
    const shared = screen.store.get().track;
    const captured = microphone.store.get().track;
    outgoing.patch({
      audio: mixer.track ?? captured,
      video: shared ?? camera.store.get().track,
      videoKind: shared === null ? "camera" : "screen",
    });
    sources.patch({
      microphone: captured,
      camera: camera.store.get().track,
      screen: shared,
      screenSound: screen.sound,
    });
    store.patch({
      microphone: microphone.store.get(),
      camera: camera.store.get(),
      screen: screen.store.get(),
    });
    if (microphone.store.get().error?.name === "PermissionDenied") bells.microphone.listen();
    if (camera.store.get().error?.name === "PermissionDenied") bells.camera.listen();
    remembered.set("audioinput", microphone.store.get().deviceId);
    remembered.set("videoinput", camera.store.get().deviceId);
  }

  function mix(): void {
    try {
      mixer.update(microphone.store.get().track, screen.sound);
    } catch (error) {
      // Web Audio refused: the picture goes on without its sound, and the voice as it was.
      report(error);
      screen.dropSound();
    }
  }

  function stop(): void {
    microphone.release();
    camera.release();
    screen.stop();
  }

  const subscriptions = [microphone.store, camera.store, screen.store].map((part) => part.subscribe(update));

  return {
    store,
    outgoing,
    sources,
    levels,
    setMicrophone: (enabled) => microphone.set(enabled),
    setCamera: (enabled) => camera.set(enabled),
    async chooseDevice(kind, deviceId) {
      if (kind === "audioinput") await microphone.choose(deviceId);
      else if (kind === "videoinput") await camera.choose(deviceId);
      else {
        remembered.set(kind, deviceId);
        store.patch({ speakerId: deviceId });
      }
    },
    refreshDevices: () => devices.refresh(),
    startScreenShare: ({ audio = false } = {}) => screen.start(audio && mixer.possible),
    stopScreenShare: () => screen.stop(),
    async retry() {
      await settleAll([microphone.retry(), camera.retry()]);
    },
    limitCamera: (lines) => camera.limit(lines ?? 720),
    muteByOthers() {
      microphone.set(false).catch(report);
    },
    stop,
    dispose() {
      microphone.dispose();
      camera.dispose();
      screen.dispose();
      devices.dispose();
      bells.microphone.dispose();
      bells.camera.dispose();
      for (const unsubscribe of subscriptions) unsubscribe();
    },
  };
}

/** Waits for all, then rejects with what the first of them rejected with. */
async function settleAll(attempts: readonly Promise<void>[]): Promise<void> {
  const outcomes = await Promise.allSettled(attempts);
  for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
}

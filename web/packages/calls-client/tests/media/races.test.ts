// Answers of the browser that come late, early or twice: no track may be left behind.

import { describe, expect, it } from "vitest";
import { createLocalMedia, type LocalMedia } from "../../src/media/index.js";
import { CAMERA, FakeBrowser, HEADSET, MICROPHONE, SECOND_CAMERA, settled } from "./fakes.js";

describe("a camera that is switched off while it is being asked for", () => {
  it("is stopped at once when it comes, and its request resolves", async () => {
    const { devices, media } = held();
    const on = media.setCamera(true);
    await settled();
    expect(media.store.get().camera.status).toBe("starting");
    await media.setCamera(false);
    expect(media.store.get().camera).toMatchObject({ wanted: false, status: "off" });
    await devices.answer();
    await on;
    expect(devices.newest("video").readyState).toBe("ended");
    expect(media.store.get().camera).toMatchObject({ status: "off", track: null });
  });

  it("is kept when it is wanted again before it comes, without a second request", async () => {
    const { devices, media } = held();
    const first = media.setCamera(true);
    await settled();
    await media.setCamera(false);
    const second = media.setCamera(true);
    expect(media.store.get().camera.status).toBe("starting");
    await devices.answer();
    await Promise.all([first, second]);
    expect(devices.requests).toHaveLength(1);
    expect(devices.live("video")).toBe(1);
  });

  it("shows no error when it could not be had", async () => {
    const { devices, media } = held();
    const on = media.setCamera(true);
    await settled();
    await media.setCamera(false);
    devices.permissions.camera.state = "denied";
    await devices.answer();
    await on;
    expect(media.store.get().camera).toMatchObject({ status: "off", error: null });
  });
});

describe("other races", () => {
  it("two requests at the same time open one microphone", async () => {
    const { devices, media } = held();
    const both = Promise.all([media.setMicrophone(true), media.setMicrophone(true)]);
    await settled();
    await devices.answer();
    await both;
    expect(devices.requests).toHaveLength(1);
    expect(devices.live("audio")).toBe(1);
  });

  it("another device chosen meanwhile is the one that stays", async () => {
    const { devices, media } = held();
    devices.plug(HEADSET);
    const on = media.setMicrophone(true);
    await settled();
    const chosen = media.chooseDevice("audioinput", HEADSET.deviceId);
    await devices.answer();
    await devices.answer();
    await Promise.all([on, chosen]);
    expect(devices.live("audio")).toBe(1);
    expect(media.store.get().microphone.track).toMatchObject({ deviceId: HEADSET.deviceId });
  });

  it("an error that is tried again from within its own notification is not lost", async () => {
    const { devices, media } = held();
    devices.held = false;
    devices.busy.add(CAMERA.deviceId);
    let again: Promise<void> | undefined;
    media.store.subscribe(() => {
      const { error } = media.store.get().camera;
      if (error === null || again !== undefined) return;
      devices.busy.clear();
      again = error.recover();
    });
    await media.setCamera(true).catch(() => undefined);
    await again;
    expect(media.store.get().camera).toMatchObject({ status: "on", error: null });
    expect(devices.live("video")).toBe(1);
  });

  it.each(["stop", "dispose"] as const)("%s in the middle leaves nothing open", async (end) => {
    const { devices, media } = held();
    const everything = Promise.all([
      media.setMicrophone(true),
      media.setCamera(true),
      media.startScreenShare({ audio: true }),
    ]);
    await settled();
    media[end]();
    while (devices.waiting > 0) await devices.answer();
    await everything;
    expect(devices.tracks.length).toBeGreaterThan(0);
    expect(devices.live("audio") + devices.live("video")).toBe(0);
    expect(media.outgoing.get()).toEqual({ audio: null, video: null, videoKind: "camera" });
  });

  it("nothing is opened after dispose", async () => {
    const { devices, media } = held();
    media.dispose();
    await Promise.all([media.setMicrophone(true), media.setCamera(true), media.startScreenShare()]);
    await media.retry();
    await media.chooseDevice("videoinput", CAMERA.deviceId);
    expect(devices.requests).toEqual([]);
    expect(devices.screenRequests).toEqual([]);
  });
});

describe("any sequence of clicks, plugs and answers", () => {
  it.each(seeds(200))("ends with exactly the tracks that are wanted (seed %i)", async (seed) => {
    const { devices, media, browser } = held();
    const random = generator(seed);
    const promises: Promise<unknown>[] = [];
    for (let step = 0; step < 60; step += 1) {
      const action = ACTIONS[Math.floor(random() * ACTIONS.length)];
      const made = action?.(media, browser, random);
      if (made !== undefined) promises.push(made.catch(() => undefined));
      if (random() < 0.3) await settled();
      expectConsistent(media);
    }
    // In the end everything is plugged in, allowed and free.
    devices.held = false;
    devices.busy.clear();
    devices.permissions.camera.change("granted");
    devices.permissions.microphone.change("granted");
    devices.plugged = [MICROPHONE, HEADSET, CAMERA, SECOND_CAMERA];
    devices.dispatchEvent(new Event("devicechange"));
    while (devices.waiting > 0) await devices.answer();
    await settled();
    await media.retry();
    await Promise.all(promises);
    await settled();

    const { microphone, camera, screen } = media.store.get();
    const engaged = { microphone: microphone.status !== "off", camera: camera.status !== "off" };
    if (engaged.microphone) expect(microphone).toMatchObject({ wanted: true, status: "on", error: null });
    if (engaged.camera) expect(camera).toMatchObject({ wanted: true, status: "on", error: null });
    const kept = [microphone.track, camera.track, screen.track].filter((track) => track !== null);
    const live = devices.tracks.filter(({ readyState }) => readyState === "live");
    const sound = live.filter(({ kind, deviceId }) => kind === "audio" && deviceId === "screen");
    expect(new Set(live)).toEqual(new Set([...kept, ...sound]));
    expect(sound).toHaveLength(screen.audio ? 1 : 0);
    expect(camera.track === null).toBe(!engaged.camera);
    expect(browser.reported).toEqual([]);
    media.dispose();
    expect(devices.live("audio") + devices.live("video")).toBe(0);
  });
});

type Action = (media: LocalMedia, browser: FakeBrowser, random: () => number) => Promise<unknown> | undefined;

const INPUTS = [MICROPHONE, HEADSET, CAMERA, SECOND_CAMERA];

const ACTIONS: readonly Action[] = [
  (media, _, random) => media.setMicrophone(random() < 0.6),
  (media, _, random) => media.setCamera(random() < 0.6),
  (media, _, random) => media.setCamera(random() < 0.6),
  (_, { devices }) => devices.answer(),
  (_, { devices }) => devices.answer(),
  (_, { devices }) => devices.answer(),
  (media, _, random) => {
    const device = INPUTS[Math.floor(random() * INPUTS.length)] ?? CAMERA;
    return media.chooseDevice(device.kind, random() < 0.3 ? null : device.deviceId);
  },
  (_, { devices }, random) => {
    const device = INPUTS[Math.floor(random() * INPUTS.length)] ?? CAMERA;
    if (devices.plugged.includes(device)) devices.unplug(device);
    else devices.plug(device);
    return undefined;
  },
  (_, { devices }, random) => {
    const permission = random() < 0.5 ? devices.permissions.camera : devices.permissions.microphone;
    permission.change(random() < 0.5 ? "denied" : "granted");
    return undefined;
  },
  (_, { devices }, random) => {
    const { deviceId } = INPUTS[Math.floor(random() * INPUTS.length)] ?? CAMERA;
    if (!devices.busy.delete(deviceId)) devices.busy.add(deviceId);
    return undefined;
  },
  (media, { devices }, random) => {
    devices.screen = random() < 0.5 ? "picture" : "picture-and-sound";
    return media.startScreenShare({ audio: true });
  },
  (media) => {
    media.stopScreenShare();
    return undefined;
  },
  (media, _, random) => {
    if (random() < 0.3) media.stop();
    return media.retry();
  },
  (media) => {
    media.limitCamera(240);
    return undefined;
  },
];

/** What must hold at every moment. */
function expectConsistent(media: LocalMedia): void {
  const { microphone, camera, screen } = media.store.get();
  for (const source of [microphone, camera]) {
    if (source.status === "on") expect(source.track?.readyState).toBe("live");
    if (source.status === "failed") expect(source.error).not.toBeNull();
    else expect(source.error).toBeNull();
    if (!source.wanted) expect(source.status).toBe("off");
  }
  if (microphone.track !== null) expect(microphone.track.enabled).toBe(microphone.wanted);
  if (camera.status === "off") expect(camera.track).toBeNull();
  expect(media.outgoing.get().video).toBe(screen.track ?? camera.track);
}

/** Pseudo-random numbers from 0 to 1 (the mulberry32 sequence). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function seeds(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

function held() {
  const browser = new FakeBrowser();
  browser.devices.held = true;
  return { browser, devices: browser.devices, media: createLocalMedia(browser.environment()) };
}

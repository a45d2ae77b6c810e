// Sharing a screen, with and without its sound.

import { describe, expect, it } from "vitest";
import { createLocalMedia } from "../../src/media/index.js";
import { FakeBrowser, type FakeTrack, HEADSET, settled } from "./fakes.js";

describe("a shared screen", () => {
  it("takes the place of the camera and gives it back", async () => {
    const { devices, media } = started();
    await media.setCamera(true);
    const camera = devices.newest("video");
    await media.startScreenShare();
    const screen = devices.newest("video");
    expect(media.outgoing.get()).toEqual({ audio: null, video: screen, videoKind: "screen" });
    expect(screen.contentHint).toBe("detail");
    expect(camera.readyState).toBe("live");
    media.stopScreenShare();
    expect(screen.readyState).toBe("ended");
    expect(media.outgoing.get()).toEqual({ audio: null, video: camera, videoKind: "camera" });
  });

  it("is asked for with 30 pictures a second at most and without the call's own tab", async () => {
    const { devices, media } = started();
    await media.startScreenShare();
    expect(devices.screenRequests).toEqual([
      {
        video: { frameRate: { max: 30 } },
        audio: false,
        selfBrowserSurface: "exclude",
        surfaceSwitching: "include",
        systemAudio: "exclude",
      },
    ]);
  });

  it("is asked for in the same turn as the click", () => {
    const { devices, media } = started();
    void media.startScreenShare({ audio: true });
    expect(devices.screenRequests).toMatchObject([{ audio: true, systemAudio: "include" }]);
  });

  it("is over when the browser's own button ends it", async () => {
    const { devices, media } = started();
    await media.setCamera(true);
    const camera = devices.newest("video");
    await media.startScreenShare();
    devices.newest("video").end();
    expect(media.store.get().screen).toEqual({ status: "off", error: null, track: null, audio: false });
    expect(media.outgoing.get()).toMatchObject({ video: camera, videoKind: "camera" });
  });

  it("that was not picked leaves everything as it was, without an error", async () => {
    const { devices, media } = started();
    devices.screen = new DOMException("Permission denied", "NotAllowedError");
    await media.startScreenShare();
    expect(media.store.get().screen).toMatchObject({ status: "off", error: null });
  });

  it.each([
    ["NotAllowedError", "Permission denied by system", "PermissionDenied"],
    ["NotAllowedError", "Disallowed by permissions policy", "PermissionDenied"],
    ["NotReadableError", "", "DeviceBusy"],
    ["NotFoundError", "", "DeviceMissing"],
  ])("that fails with %s %s is a %s", async (exception, message, name) => {
    const { devices, media } = started();
    devices.screen = new DOMException(message, exception);
    await expect(media.startScreenShare()).rejects.toMatchObject({ name, device: "screen" });
    expect(media.store.get().screen).toMatchObject({ status: "off", error: { name } });
    devices.screen = "picture";
    await media.store.get().screen.error?.recover();
    expect(media.store.get().screen).toMatchObject({ status: "on", error: null });
  });

  it("is unsupported where there is no picker", async () => {
    const { browser } = started();
    const { devices } = browser;
    const media = createLocalMedia({
      ...browser.environment(),
      mediaDevices: {
        getUserMedia: (constraints) => devices.getUserMedia(constraints),
        enumerateDevices: () => devices.enumerateDevices(),
        addEventListener: (type, listener) => devices.addEventListener(type, listener),
        removeEventListener: (type, listener) => devices.removeEventListener(type, listener),
      },
    });
    await expect(media.startScreenShare()).rejects.toMatchObject({ name: "Unsupported", device: "screen" });
  });

  it("is replaced by another one that is picked while it is shared", async () => {
    const { devices, media } = started();
    await media.startScreenShare();
    const first = devices.newest("video");
    await media.startScreenShare();
    expect(first.readyState).toBe("ended");
    first.dispatchEvent(new Event("ended"));
    expect(media.store.get().screen).toMatchObject({ status: "on", track: devices.newest("video") });
    expect(devices.live("video")).toBe(1);
  });

  it("stays when the picker for another one is closed", async () => {
    const { devices, media } = started();
    await media.startScreenShare();
    devices.screen = new DOMException("Permission denied", "NotAllowedError");
    await media.startScreenShare();
    expect(media.store.get().screen).toMatchObject({ status: "on", error: null });
    expect(devices.live("video")).toBe(1);
  });

  it("opens one picker for two clicks, and none is left when it is stopped meanwhile", async () => {
    const { devices, media } = started();
    devices.held = true;
    const clicks = Promise.all([media.startScreenShare(), media.startScreenShare()]);
    await settled();
    expect(devices.screenRequests).toHaveLength(1);
    media.stopScreenShare();
    const later = media.startScreenShare();
    await devices.answer();
    await devices.answer();
    await Promise.all([clicks, later]);
    expect(devices.screenRequests).toHaveLength(2);
    expect(devices.live("video")).toBe(1);
    expect(media.store.get().screen.track).toBe(devices.newest("video"));
  });
});

describe("a picker that is answered after the share was stopped", () => {
  it("shows no error of its own", async () => {
    const { devices, media } = started();
    devices.held = true;
    devices.screen = new DOMException("", "NotReadableError");
    const click = media.startScreenShare();
    await settled();
    media.stopScreenShare();
    await devices.answer();
    await click;
    expect(media.store.get().screen).toMatchObject({ status: "off", error: null });
  });

  it("does not make room for a third one beside the second", async () => {
    const { devices, media } = started();
    devices.held = true;
    const clicks = [media.startScreenShare()];
    await settled();
    media.stopScreenShare();
    clicks.push(media.startScreenShare());
    await devices.answer();
    clicks.push(media.startScreenShare());
    await devices.answer();
    await Promise.all(clicks);
    expect(devices.screenRequests).toHaveLength(2);
    expect(devices.live("video")).toBe(1);
  });
});

describe("the sound of a shared screen", () => {
  it("is mixed with the microphone into one track", async () => {
    const { devices, media, browser } = await sharing();
    const [context] = browser.contexts;
    const [voice, sound] = audioTracks(browser);
    expect(media.store.get().screen).toMatchObject({ status: "on", audio: true });
    expect(media.outgoing.get().audio).toMatchObject({ deviceId: "mix", readyState: "live" });
    expect(context?.mixed()).toEqual([sound, voice]);
    expect(devices.live("audio")).toBe(2);
  });

  it("goes on while the microphone is muted, which alone is silent", async () => {
    const { media, browser } = await sharing();
    const mix = media.outgoing.get().audio;
    const [voice, sound] = audioTracks(browser);
    await media.setMicrophone(false);
    expect(media.outgoing.get().audio).toBe(mix);
    expect([voice?.enabled, sound?.enabled, mix?.enabled]).toEqual([false, true, true]);
    expect(browser.contexts[0]?.mixed()).toEqual([sound, voice]);
    expect(browser.contexts[0]?.sources).toHaveLength(2);
  });

  it("keeps its track when the microphone is another one", async () => {
    const { devices, media, browser } = await sharing();
    const mix = media.outgoing.get().audio;
    const [, sound] = audioTracks(browser);
    devices.plug(HEADSET);
    await media.chooseDevice("audioinput", HEADSET.deviceId);
    expect(media.outgoing.get().audio).toBe(mix);
    expect(browser.contexts[0]?.mixed()).toEqual([sound, devices.newest("audio")]);
  });

  it("is shared without a microphone too", async () => {
    const { devices, media } = started();
    devices.screen = "picture-and-sound";
    await media.startScreenShare({ audio: true });
    await settled();
    expect(media.outgoing.get().audio).toMatchObject({ deviceId: "mix" });
  });

  it("ends with the share: the microphone is sent itself again, and Web Audio is closed", async () => {
    const { devices, media, browser } = await sharing();
    const mix = media.outgoing.get().audio;
    const [voice] = audioTracks(browser);
    media.stopScreenShare();
    expect(media.outgoing.get().audio).toBe(voice);
    expect(mix?.readyState).toBe("ended");
    await settled();
    expect(browser.contexts[0]?.state).toBe("closed");
    expect(devices.live("audio")).toBe(1);
  });

  it("may end alone, and the picture goes on", async () => {
    const { media, browser } = await sharing();
    const [voice, sound] = audioTracks(browser);
    sound?.end();
    expect(media.store.get().screen).toMatchObject({ status: "on", audio: false });
    expect(media.outgoing.get()).toMatchObject({ audio: voice, videoKind: "screen" });
  });

  it("is not asked for where there is no Web Audio", async () => {
    const { browser, devices } = started();
    const media = createLocalMedia({ ...browser.environment(), createAudioContext: null });
    devices.screen = "picture-and-sound";
    await media.setMicrophone(true);
    await media.startScreenShare({ audio: true });
    expect(devices.screenRequests).toMatchObject([{ audio: false }]);
    expect(media.store.get().screen).toMatchObject({ status: "on", audio: false });
    expect(media.outgoing.get().audio).toBe(devices.newest("audio"));
  });

  it("never costs the voice: it is sent alone until the browser lets Web Audio run", async () => {
    const { browser, media, devices } = started();
    browser.sound.afterResume = "suspended";
    devices.screen = "picture-and-sound";
    await media.setMicrophone(true);
    const voice = devices.newest("audio");
    await media.startScreenShare({ audio: true });
    await settled();
    expect(media.outgoing.get().audio).toBe(voice);
    browser.contexts[0]?.become("running");
    expect(media.outgoing.get().audio).toMatchObject({ deviceId: "mix" });
    browser.contexts[0]?.become("interrupted");
    expect(media.outgoing.get().audio).toBe(voice);
  });

  it("is dropped when Web Audio refuses it, and the picture goes on", async () => {
    const { browser, media, devices } = started();
    browser.sound.refusal = new DOMException("", "NotSupportedError");
    devices.screen = "picture-and-sound";
    await media.setMicrophone(true);
    const voice = devices.newest("audio");
    await media.startScreenShare({ audio: true });
    expect(media.store.get().screen).toMatchObject({ status: "on", audio: false });
    expect(media.outgoing.get().audio).toBe(voice);
    expect(devices.live("audio")).toBe(1);
    expect(browser.reported).toEqual([browser.sound.refusal]);
    await settled();
    expect(browser.contexts[0]?.state).toBe("closed");
  });
});

function started() {
  const browser = new FakeBrowser();
  return { browser, devices: browser.devices, media: createLocalMedia(browser.environment()) };
}

/** A microphone that is on, and a screen that is shared with its sound. */
async function sharing() {
  const all = started();
  all.devices.screen = "picture-and-sound";
  await all.media.setMicrophone(true);
  await all.media.startScreenShare({ audio: true });
  await settled();
  return all;
}

/** The microphone and the sound of the screen, as captured. */
function audioTracks(browser: FakeBrowser): FakeTrack[] {
  return browser.devices.tracks.filter(({ kind }) => kind === "audio");
}

// The camera: its light is out when it is off, and its picture no larger than needed.

import { describe, expect, it } from "vitest";
import { createLocalMedia } from "../../src/media/index.js";
import { CAMERA, FakeBrowser, FakeOverconstrained, settled } from "./fakes.js";

describe("the camera", () => {
  it("is asked for 720 lines and 30 pictures a second, 60 at most", async () => {
    const { devices, media } = started();
    await media.setCamera(true);
    expect(devices.requests).toEqual([
      {
        video: {
          width: { ideal: 1280 },
          height: { ideal: 720 },
          frameRate: { ideal: 30, max: 60 },
        },
      },
    ]);
    expect(media.outgoing.get()).toEqual({
      audio: null,
      video: devices.newest("video"),
      videoKind: "camera",
    });
  });

  it("is let go when it is switched off, and captured anew when it is back", async () => {
    const { devices, media } = started();
    await media.setCamera(true);
    const first = devices.newest("video");
    await media.setCamera(false);
    expect(first.readyState).toBe("ended");
    expect(media.store.get().camera).toMatchObject({ wanted: false, status: "off", track: null });
    expect(media.outgoing.get().video).toBeNull();
    await media.setCamera(true);
    expect(devices.newest("video")).not.toBe(first);
    expect(devices.live("video")).toBe(1);
  });

  it("does not touch the microphone", async () => {
    const { devices, media } = started();
    await media.setMicrophone(true);
    const voice = devices.newest("audio");
    await media.setCamera(true);
    await media.setCamera(false);
    expect(voice).toMatchObject({ readyState: "live", enabled: true });
    expect(media.outgoing.get().audio).toBe(voice);
  });

  it.each([
    [480, 640],
    [240, 320],
  ] as const)("is limited to %i lines while it runs and at its next start", async (lines, width) => {
    const { devices, media } = started();
    const size = { width: { ideal: width }, height: { ideal: lines } };
    await media.setCamera(true);
    media.limitCamera(lines);
    expect(devices.newest("video").applied).toEqual([expect.objectContaining(size)]);
    await media.setCamera(false);
    await media.setCamera(true);
    expect(devices.requests.at(-1)?.video).toMatchObject(size);
    media.limitCamera(null);
    expect(devices.newest("video").applied).toEqual([
      expect.objectContaining({ width: { ideal: 1280 }, height: { ideal: 720 } }),
    ]);
  });

  it("that cannot be smaller stays as it is", async () => {
    const { devices, media, browser } = started();
    await media.setCamera(true);
    devices.newest("video").refusal = new FakeOverconstrained("width");
    media.limitCamera(240);
    await settled();
    expect(media.store.get().camera).toMatchObject({ status: "on", error: null });
    expect(browser.reported).toEqual([]);
  });

  it("takes a limit that was set while it was being asked for", async () => {
    const { devices, media } = started();
    devices.held = true;
    const on = media.setCamera(true);
    await settled();
    media.limitCamera(240);
    await devices.answer();
    await on;
    expect(devices.newest("video").applied).toEqual([expect.objectContaining({ height: { ideal: 240 } })]);
  });

  it("that refuses every condition is taken as it is", async () => {
    const { devices, media } = started();
    devices.stubborn.add(CAMERA.deviceId);
    await media.chooseDevice("videoinput", CAMERA.deviceId);
    await media.setCamera(true);
    expect(devices.requests.at(-1)).toEqual({ video: { deviceId: { exact: CAMERA.deviceId } } });
    expect(media.store.get().camera).toMatchObject({ status: "on", error: null });
  });
});

function started() {
  const browser = new FakeBrowser();
  return { browser, devices: browser.devices, media: createLocalMedia(browser.environment()) };
}

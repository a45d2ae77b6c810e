// Every way in which a device cannot be had, and every way back.

import { describe, expect, it } from "vitest";
import { CallError } from "../../src/errors.js";
import { createLocalMedia } from "../../src/media/index.js";
import { CAMERA, FakeBrowser, FakeOverconstrained, HEADSET, settled } from "./fakes.js";

describe("a device that cannot be had", () => {
  it.each([
    ["NotAllowedError", "PermissionDenied"],
    ["SecurityError", "PermissionDenied"],
    ["NotFoundError", "DeviceMissing"],
    ["NotReadableError", "DeviceBusy"],
    ["TrackStartError", "DeviceBusy"],
    ["AbortError", "DeviceBusy"],
    ["InvalidStateError", "DeviceBusy"],
    ["NotSupportedError", "Unsupported"],
  ])("says %s as %s, with the founding message and a way out", async (exception, name) => {
    const { browser } = started();
    const cause = new DOMException("", exception);
    const media = failing(browser, cause);
    const rejected = await media.setCamera(true).catch((error: unknown) => error);
    const { error, ...camera } = media.store.get().camera;
    expect(rejected).toBe(error);
    expect(error).toBeInstanceOf(CallError);
    expect(error).toMatchObject({
      name,
      device: "camera",
      message: `Failed to access camera/microphone: ${exception}`,
      recoverable: true,
      cause,
    });
    expect(camera).toMatchObject({ wanted: true, status: "failed", track: null });
  });

  it("says Overconstrained only when the loosest request was refused too", async () => {
    const { browser } = started();
    const requests: MediaStreamConstraints[] = [];
    const media = failing(browser, new FakeOverconstrained("frameRate"), requests);
    await expect(media.setCamera(true)).rejects.toMatchObject({ name: "Overconstrained" });
    expect(requests.at(-1)).toEqual({ video: true });
  });

  it("is asked for again by recover, which fails with the error of that attempt", async () => {
    const { devices, media } = started();
    devices.busy.add(CAMERA.deviceId);
    await expect(media.setCamera(true)).rejects.toMatchObject({ name: "DeviceBusy" });
    const first = media.store.get().camera.error;
    devices.busy.clear();
    devices.permissions.camera.state = "denied";
    await expect(first?.recover()).rejects.toMatchObject({ name: "PermissionDenied" });
    devices.permissions.camera.state = "granted";
    await media.store.get().camera.error?.recover();
    expect(media.store.get().camera).toMatchObject({ status: "on", error: null });
  });

  it("is not captured by an old error's recover once it is no longer wanted", async () => {
    const { devices, media } = started();
    devices.busy.add(CAMERA.deviceId);
    await media.setCamera(true).catch(() => undefined);
    const { error } = media.store.get().camera;
    await media.setCamera(false);
    expect(media.store.get().camera).toMatchObject({ status: "off", error: null });
    devices.busy.clear();
    await error?.recover();
    expect(devices.live("video")).toBe(0);
  });

  it("is tried again by retry, which rejects while something is still missing", async () => {
    const { devices, media } = started();
    devices.plugged = [];
    await Promise.allSettled([media.setMicrophone(true), media.setCamera(true)]);
    devices.plugged = [CAMERA];
    await expect(media.retry()).rejects.toMatchObject({ name: "DeviceMissing", device: "microphone" });
    expect(media.store.get().camera.status).toBe("on");
    expect(media.store.get().microphone.status).toBe("failed");
  });

  it("comes by itself when the permission is given outside of a prompt", async () => {
    const { devices, media } = started();
    devices.permissions.camera.state = "denied";
    await media.setCamera(true).catch(() => undefined);
    await settled();
    devices.permissions.camera.change("prompt");
    await settled();
    expect(media.store.get().camera.status).toBe("failed");
    devices.permissions.camera.change("granted");
    await settled();
    expect(media.store.get().camera).toMatchObject({ wanted: true, status: "on", error: null });
  });

  it("does not come when the permission is given after it is no longer wanted", async () => {
    const { devices, media } = started();
    devices.permissions.camera.state = "denied";
    await media.setCamera(true).catch(() => undefined);
    await media.setCamera(false);
    devices.permissions.camera.change("granted");
    await settled();
    expect(devices.live("video")).toBe(0);
  });

  it("loses its track when the permission is taken back, and says so", async () => {
    const { devices, media } = started();
    await Promise.all([media.setMicrophone(true), media.setCamera(true)]);
    devices.permissions.camera.state = "denied";
    devices.permissions.microphone.state = "denied";
    devices.newest("video").end();
    devices.newest("audio").end();
    await settled();
    expect(media.store.get().camera.error?.name).toBe("PermissionDenied");
    expect(media.store.get().microphone.error?.name).toBe("PermissionDenied");
    expect(media.outgoing.get()).toMatchObject({ audio: null, video: null });
  });

  it("that stops by itself again and again is not opened for ever", async () => {
    const { devices, media } = started();
    await media.setMicrophone(true);
    for (let ends = 0; ends < 10 && devices.live("audio") > 0; ends += 1) {
      devices.newest("audio").end();
      await settled();
    }
    expect(devices.requests).toHaveLength(4);
    expect(media.store.get().microphone.error?.name).toBe("DeviceMissing");
    await media.store.get().microphone.error?.recover();
    expect(media.store.get().microphone.status).toBe("on");
    devices.newest("audio").end();
    await settled();
    expect(media.store.get().microphone.status).toBe("on");
  });
});

describe("a page without devices", () => {
  it("says so in words, and asks for nothing", async () => {
    const browser = new FakeBrowser();
    const media = createLocalMedia({ ...browser.environment(), mediaDevices: null });
    await expect(media.setMicrophone(true)).rejects.toMatchObject({ name: "Unsupported" });
    const { microphone } = media.store.get();
    expect(microphone).toMatchObject({ wanted: true, status: "failed", track: null });
    expect(microphone.error?.message).toMatch(/^Failed to access camera\/microphone: .*https/);
    expect(microphone.error?.recoverable).toBe(false);
    await expect(media.startScreenShare()).rejects.toMatchObject({ name: "Unsupported", device: "screen" });
    await media.refreshDevices();
    expect(media.store.get().devices).toEqual([]);
    media.dispose();
  });

  it("is Node too", async () => {
    const media = createLocalMedia();
    await expect(media.setCamera(true)).rejects.toMatchObject({ name: "Unsupported" });
    media.dispose();
  });
});

describe("a chosen device that is gone at the start", () => {
  it("is replaced by the default, and that is told", async () => {
    const changes: unknown[] = [];
    const browser = new FakeBrowser();
    browser.storage.setItem("aethex.calls.device.audioinput", HEADSET.deviceId);
    const media = createLocalMedia({
      ...browser.environment(),
      onDeviceChange: (change) => changes.push(change),
    });
    await media.setMicrophone(true);
    expect(media.store.get().microphone).toMatchObject({
      status: "on",
      error: null,
      deviceId: HEADSET.deviceId,
    });
    expect(changes).toEqual([{ device: "microphone", reason: "gone" }]);
    expect(browser.devices.requests).toHaveLength(2);
  });

  it("is missing only when nothing is left", async () => {
    const browser = new FakeBrowser();
    browser.storage.setItem("aethex.calls.device.videoinput", "cam-z");
    browser.devices.plugged = [];
    const media = createLocalMedia(browser.environment());
    await expect(media.setCamera(true)).rejects.toMatchObject({ name: "DeviceMissing" });
    browser.devices.plug(CAMERA);
    await settled();
    expect(media.store.get().camera.status).toBe("on");
  });
});

function started() {
  const browser = new FakeBrowser();
  return { browser, devices: browser.devices, media: createLocalMedia(browser.environment()) };
}

/** Capture in a browser that answers every request with this exception. */
function failing(browser: FakeBrowser, cause: DOMException, requests: MediaStreamConstraints[] = []) {
  browser.devices.getUserMedia = async (constraints) => {
    requests.push(constraints);
    throw cause;
  };
  return createLocalMedia(browser.environment());
}

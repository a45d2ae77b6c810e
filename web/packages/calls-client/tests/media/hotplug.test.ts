// Devices that come and go while they are in use.

import { describe, expect, it } from "vitest";
import { createLocalMedia, type DeviceChange } from "../../src/media/index.js";
import { CAMERA, FakeBrowser, HEADSET, MICROPHONE, SECOND_CAMERA, SPEAKER, settled } from "./fakes.js";

describe("the list of devices", () => {
  it("is read at the start and follows what is plugged in and out", async () => {
    const { devices, media } = started();
    await settled();
    expect(media.store.get().devices.map(({ deviceId }) => deviceId)).toEqual(["mic-a", "cam-a", "out-a"]);
    devices.plug(HEADSET);
    await settled();
    expect(media.store.get().devices.at(-1)).toEqual({
      deviceId: HEADSET.deviceId,
      kind: "audioinput",
      label: `Label of ${HEADSET.deviceId}`,
    });
    devices.unplug(HEADSET);
    await settled();
    expect(media.store.get().devices).toHaveLength(3);
  });

  it("leaves out the browser's own names for the default", async () => {
    const { devices, media } = started();
    devices.plug(
      { deviceId: "default", kind: "audioinput" },
      { deviceId: "communications", kind: "audiooutput" },
    );
    await settled();
    expect(media.store.get().devices).toHaveLength(3);
  });

  it("stays the same object when nothing changed", async () => {
    const { media } = started();
    await settled();
    const before = media.store.get().devices;
    await media.refreshDevices();
    expect(media.store.get().devices).toBe(before);
  });

  it("is the newest one, however late an older answer comes", async () => {
    const { devices, media } = started();
    await settled();
    const answers: ((found: MediaDeviceInfo[]) => void)[] = [];
    const now = await devices.enumerateDevices();
    devices.enumerateDevices = () => new Promise((resolve) => answers.push(resolve));
    const reads = [media.refreshDevices(), media.refreshDevices()];
    answers[1]?.(now.slice(0, 1));
    await settled();
    answers[0]?.(now);
    await Promise.all(reads);
    expect(media.store.get().devices).toHaveLength(1);
  });

  it("is not followed any more after dispose", async () => {
    const { devices, media } = started();
    await settled();
    media.dispose();
    devices.plug(HEADSET);
    await settled();
    expect(media.store.get().devices).toHaveLength(3);
  });
});

describe("a microphone that is unplugged", () => {
  it("is replaced by the default without a gap in what is wanted", async () => {
    const { devices, media, changes } = started();
    devices.plug(HEADSET);
    await media.chooseDevice("audioinput", HEADSET.deviceId);
    await media.setMicrophone(true);
    const wanted: boolean[] = [];
    media.store.subscribe(() => wanted.push(media.store.get().microphone.wanted));
    devices.unplug(HEADSET);
    await settled();
    expect(new Set(wanted)).toEqual(new Set([true]));
    expect(media.store.get().microphone).toMatchObject({ status: "on", error: null });
    expect(media.outgoing.get().audio).toMatchObject({ deviceId: MICROPHONE.deviceId, readyState: "live" });
    expect(changes).toEqual([{ device: "microphone", reason: "gone" }]);
    expect(devices.live("audio")).toBe(1);
  });

  it("is used again when it is plugged in again", async () => {
    const { devices, media, changes } = started();
    devices.plug(HEADSET);
    await media.chooseDevice("audioinput", HEADSET.deviceId);
    await media.setMicrophone(true);
    devices.unplug(HEADSET);
    await settled();
    devices.plug(HEADSET);
    await settled();
    expect(devices.newest("audio").deviceId).toBe(HEADSET.deviceId);
    expect(devices.live("audio")).toBe(1);
    expect(changes.at(-1)).toEqual({ device: "microphone", reason: "back" });
  });

  it("is missing when it was the only one, and comes back with the next one", async () => {
    const { devices, media } = started();
    await media.setMicrophone(true);
    devices.unplug(MICROPHONE);
    await settled();
    expect(media.store.get().microphone).toMatchObject({ wanted: true, status: "failed" });
    expect(media.store.get().microphone.error?.name).toBe("DeviceMissing");
    devices.plug(HEADSET);
    await settled();
    expect(media.store.get().microphone).toMatchObject({ wanted: true, status: "on", error: null });
  });

  it("opens nothing while it is off, and the default when it is on again", async () => {
    const { devices, media } = started();
    devices.plug(HEADSET);
    await media.setMicrophone(true);
    await media.setMicrophone(false);
    devices.unplug(MICROPHONE);
    await settled();
    expect(devices.live("audio")).toBe(0);
    expect(media.store.get().microphone).toMatchObject({ wanted: false, status: "off", track: null });
    await media.setMicrophone(true);
    expect(devices.newest("audio").deviceId).toBe(HEADSET.deviceId);
  });
});

describe("a camera that is unplugged", () => {
  it("is missing, and no other camera takes its place", async () => {
    const { devices, media } = started();
    devices.plug(SECOND_CAMERA);
    await media.setCamera(true);
    devices.unplug(CAMERA);
    await settled();
    expect(media.store.get().camera).toMatchObject({ wanted: true, status: "failed", track: null });
    expect(media.store.get().camera.error).toMatchObject({ name: "DeviceMissing", device: "camera" });
    expect(devices.live("video")).toBe(0);
    expect(media.outgoing.get().video).toBeNull();
  });

  it("comes back by itself when it is plugged in again", async () => {
    const { devices, media } = started();
    await media.setCamera(true);
    devices.unplug(CAMERA);
    await settled();
    devices.plug(CAMERA);
    await settled();
    expect(media.store.get().camera).toMatchObject({ wanted: true, status: "on", error: null });
    expect(media.outgoing.get().video).toMatchObject({ deviceId: CAMERA.deviceId, readyState: "live" });
  });

  it("comes back with any newly plugged one when none was chosen", async () => {
    const { devices, media } = started();
    await media.setCamera(true);
    devices.unplug(CAMERA);
    await settled();
    devices.plug(SECOND_CAMERA);
    await settled();
    expect(devices.newest("video").deviceId).toBe(SECOND_CAMERA.deviceId);
  });

  it("comes back with no other one when it was chosen, but for a click", async () => {
    const { devices, media, changes } = started();
    await media.chooseDevice("videoinput", CAMERA.deviceId);
    await media.setCamera(true);
    devices.unplug(CAMERA);
    await settled();
    devices.plug(SECOND_CAMERA);
    await settled();
    expect(media.store.get().camera.status).toBe("failed");
    await media.store.get().camera.error?.recover();
    expect(devices.newest("video").deviceId).toBe(SECOND_CAMERA.deviceId);
    expect(changes).toEqual([{ device: "camera", reason: "gone" }]);
  });

  it("is not captured again when it was switched off meanwhile", async () => {
    const { devices, media } = started();
    await media.setCamera(true);
    devices.unplug(CAMERA);
    await settled();
    await media.setCamera(false);
    devices.plug(CAMERA);
    await settled();
    expect(devices.live("video")).toBe(0);
  });
});

describe("a stand-in for the chosen device", () => {
  it("comes back itself, and gives way to the chosen one", async () => {
    const { devices, media, changes } = started();
    devices.plugged = [SECOND_CAMERA];
    await media.chooseDevice("videoinput", CAMERA.deviceId);
    await media.setCamera(true);
    devices.unplug(SECOND_CAMERA);
    await settled();
    expect(media.store.get().camera.error?.name).toBe("DeviceMissing");
    devices.plug(SECOND_CAMERA);
    await settled();
    expect(media.store.get().camera.track).toMatchObject({ deviceId: SECOND_CAMERA.deviceId });
    expect(changes).toEqual([{ device: "camera", reason: "gone" }]);
    devices.plug(CAMERA);
    await settled();
    expect(media.store.get().camera.track).toMatchObject({ deviceId: CAMERA.deviceId });
    expect(changes.at(-1)).toEqual({ device: "camera", reason: "back" });
    expect(devices.live("video")).toBe(1);
  });
});

describe("a device in use", () => {
  it("is left alone when others come and go", async () => {
    const { devices, media } = started();
    await media.chooseDevice("audioinput", MICROPHONE.deviceId);
    await media.setMicrophone(true);
    const { track } = media.store.get().microphone;
    devices.plug(HEADSET);
    await settled();
    devices.unplug(HEADSET);
    await settled();
    expect(media.store.get().microphone.track).toBe(track);
  });

  it("that ended without a word is noticed when devices change", async () => {
    const { devices, media } = started();
    await media.setMicrophone(true);
    devices.newest("audio").stop();
    devices.plug(HEADSET);
    await settled();
    expect(media.store.get().microphone.track?.readyState).toBe("live");
  });

  it("may be unplugged any number of times", async () => {
    const { devices, media } = started();
    devices.plug(HEADSET);
    await media.chooseDevice("audioinput", HEADSET.deviceId);
    await media.setMicrophone(true);
    for (let times = 0; times < 8; times += 1) {
      devices.unplug(HEADSET);
      await settled();
      devices.plug(HEADSET);
      await settled();
    }
    expect(media.store.get().microphone.track).toMatchObject({ deviceId: HEADSET.deviceId });
  });
});

describe("a busy camera", () => {
  it("is tried again also when the list of devices is the same after the change", async () => {
    const { devices, media } = started();
    await settled();
    devices.busy.add(CAMERA.deviceId);
    await media.setCamera(true).catch(() => undefined);
    devices.busy.clear();
    devices.dispatchEvent(new Event("devicechange"));
    await settled();
    expect(media.store.get().camera.status).toBe("on");
  });

  it("is tried again whenever devices change", async () => {
    const { devices, media } = started();
    devices.busy.add(CAMERA.deviceId);
    await media.setCamera(true).catch(() => undefined);
    devices.busy.clear();
    devices.plug(HEADSET);
    await settled();
    expect(media.store.get().camera).toMatchObject({ status: "on", error: null });
  });
});

describe("a request that fails while devices change", () => {
  it("is made once more", async () => {
    const { devices, media } = started();
    devices.plugged = [];
    devices.held = true;
    const on = media.setMicrophone(true);
    await settled();
    devices.dispatchEvent(new Event("devicechange"));
    await settled();
    await devices.answer();
    devices.plugged = [MICROPHONE];
    devices.held = false;
    await devices.answer();
    await on;
    expect(devices.requests).toHaveLength(2);
    expect(media.store.get().microphone.status).toBe("on");
  });
});

describe("the loudspeaker", () => {
  it("is chosen, remembered, and told when it is gone and back", async () => {
    const { devices, media, browser, changes } = started();
    await settled();
    await media.chooseDevice("audiooutput", SPEAKER.deviceId);
    expect(media.store.get().speakerId).toBe(SPEAKER.deviceId);
    devices.unplug(SPEAKER);
    await settled();
    devices.plug(SPEAKER);
    await settled();
    expect(changes).toEqual([
      { device: "speaker", reason: "gone" },
      { device: "speaker", reason: "back" },
    ]);
    expect(createLocalMedia(browser.environment()).store.get().speakerId).toBe(SPEAKER.deviceId);
    await media.chooseDevice("audiooutput", null);
    expect(createLocalMedia(browser.environment()).store.get().speakerId).toBeNull();
  });
});

function started() {
  const browser = new FakeBrowser();
  const changes: DeviceChange[] = [];
  const media = createLocalMedia({
    ...browser.environment(),
    onDeviceChange: (change) => changes.push(change),
  });
  return { browser, media, changes, devices: browser.devices };
}

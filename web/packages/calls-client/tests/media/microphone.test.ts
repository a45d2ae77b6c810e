// The microphone: kept open while muted, never without being wanted.

import { describe, expect, it } from "vitest";
import { createLocalMedia } from "../../src/media/index.js";
import { FakeBrowser, HEADSET, MICROPHONE, settled } from "./fakes.js";

describe("the microphone", () => {
  it("is not asked for before it is wanted", async () => {
    const { devices, ...browser } = started();
    await browser.media.setMicrophone(false);
    await settled();
    expect(devices.requests).toEqual([]);
    expect(browser.media.store.get().microphone).toMatchObject({ wanted: false, status: "off", track: null });
  });

  it("is asked for with echo cancellation, noise suppression and gain control, mono at 48 kHz", async () => {
    const { devices, media } = started();
    await media.setMicrophone(true);
    expect(devices.requests).toEqual([
      {
        audio: {
          echoCancellation: { ideal: true },
          noiseSuppression: { ideal: true },
          autoGainControl: { ideal: true },
          sampleRate: { ideal: 48_000 },
          channelCount: { ideal: 1 },
        },
      },
    ]);
    expect(media.store.get().microphone).toMatchObject({ wanted: true, status: "on", error: null });
    expect(media.outgoing.get().audio).toBe(devices.newest("audio"));
  });

  it("stays open but disabled while it is off, and comes back without being asked for again", async () => {
    const { devices, media } = started();
    await media.setMicrophone(true);
    const track = devices.newest("audio");
    const before = media.outgoing.get();
    await media.setMicrophone(false);
    expect(track).toMatchObject({ enabled: false, readyState: "live" });
    expect(media.store.get().microphone).toMatchObject({ wanted: false, status: "off", track });
    await media.setMicrophone(true);
    expect(track.enabled).toBe(true);
    expect(devices.requests).toHaveLength(1);
    expect(media.outgoing.get()).toBe(before);
  });

  it("goes off at once when others mute it, and stays off", async () => {
    const { devices, media } = started();
    await media.setMicrophone(true);
    media.muteByOthers();
    expect(devices.newest("audio").enabled).toBe(false);
    devices.plug(HEADSET);
    await settled();
    expect(media.store.get().microphone).toMatchObject({ wanted: false, status: "off" });
    expect(devices.newest("audio").enabled).toBe(false);
  });

  it("is let go by stop, and what was wanted stays written down", async () => {
    const { devices, media } = started();
    await media.setMicrophone(true);
    media.stop();
    expect(devices.live("audio")).toBe(0);
    expect(media.store.get().microphone).toMatchObject({ wanted: true, status: "off", track: null });
    expect(media.outgoing.get().audio).toBeNull();
    devices.plug(HEADSET);
    await settled();
    expect(devices.live("audio")).toBe(0);
    await media.setMicrophone(media.store.get().microphone.wanted);
    expect(devices.live("audio")).toBe(1);
  });

  it("is told apart from a system that withholds its sound for two seconds", async () => {
    const { devices, media, timer } = started();
    await media.setMicrophone(true);
    const track = devices.newest("audio");
    track.withhold(true);
    timer.advance(1999);
    expect(media.store.get().microphone.status).toBe("on");
    timer.advance(1);
    expect(media.store.get().microphone).toMatchObject({ wanted: true, status: "failed", track });
    expect(media.store.get().microphone.error).toMatchObject({ name: "DeviceBusy", device: "microphone" });
    track.withhold(false);
    expect(media.store.get().microphone).toMatchObject({ status: "on", error: null });
    expect(timer.running).toBe(0);
  });

  it("is opened anew by recover while the system withholds it", async () => {
    const { devices, media, timer } = started();
    await media.setMicrophone(true);
    devices.newest("audio").withhold(true);
    timer.advance(2000);
    await media.store.get().microphone.error?.recover();
    expect(devices.requests).toHaveLength(2);
    expect(devices.live("audio")).toBe(1);
    expect(media.store.get().microphone).toMatchObject({ status: "on", error: null });
  });
});

describe("a microphone that the system withholds", () => {
  it("is no failure while it is off, and opened anew when it is on again", async () => {
    const { devices, media, timer } = started();
    await media.setMicrophone(true);
    await media.setMicrophone(false);
    devices.newest("audio").withhold(true);
    timer.advance(2000);
    expect(media.store.get().microphone).toMatchObject({ status: "off", error: null });
    await media.setMicrophone(true);
    expect(devices.requests).toHaveLength(2);
    expect(media.store.get().microphone).toMatchObject({ status: "on", error: null });
  });

  it("is forgotten when another one takes its place", async () => {
    const { devices, media, timer } = started();
    devices.plug(HEADSET);
    await media.setMicrophone(true);
    devices.newest("audio").withhold(true);
    await media.chooseDevice("audioinput", HEADSET.deviceId);
    expect(timer.running).toBe(0);
    timer.advance(2000);
    expect(media.store.get().microphone).toMatchObject({ status: "on", error: null });
  });
});

describe("choosing a microphone", () => {
  it("asks for exactly that one and lets go of the other first", async () => {
    const { devices, media } = started();
    devices.plug(HEADSET);
    await media.setMicrophone(true);
    const first = devices.newest("audio");
    await media.chooseDevice("audioinput", HEADSET.deviceId);
    expect(first.readyState).toBe("ended");
    expect(devices.newest("audio").deviceId).toBe(HEADSET.deviceId);
    expect(devices.requests.at(-1)?.audio).toMatchObject({ deviceId: { exact: HEADSET.deviceId } });
    expect(media.store.get().microphone).toMatchObject({ status: "on", deviceId: HEADSET.deviceId });
    expect(media.outgoing.get().audio).toBe(devices.newest("audio"));
  });

  it("opens nothing while the microphone is off", async () => {
    const { devices, media } = started();
    devices.plug(HEADSET);
    await media.chooseDevice("audioinput", HEADSET.deviceId);
    expect(devices.requests).toEqual([]);
    await media.setMicrophone(true);
    expect(devices.newest("audio").deviceId).toBe(HEADSET.deviceId);
  });

  it("goes back to the one before when the new one is busy", async () => {
    const { devices, media } = started();
    devices.plug(HEADSET);
    await media.chooseDevice("audioinput", MICROPHONE.deviceId);
    await media.setMicrophone(true);
    devices.busy.add(HEADSET.deviceId);
    await expect(media.chooseDevice("audioinput", HEADSET.deviceId)).rejects.toMatchObject({
      name: "DeviceBusy",
    });
    await settled();
    expect(media.store.get().microphone).toMatchObject({
      wanted: true,
      status: "on",
      deviceId: MICROPHONE.deviceId,
    });
    expect(devices.newest("audio").deviceId).toBe(MICROPHONE.deviceId);
    expect(devices.live("audio")).toBe(1);
  });

  it("is remembered for the next time", async () => {
    const { devices, media, browser } = started();
    devices.plug(HEADSET);
    await media.chooseDevice("audioinput", HEADSET.deviceId);
    media.dispose();
    const again = createLocalMedia(browser.environment());
    expect(again.store.get().microphone.deviceId).toBe(HEADSET.deviceId);
    await again.setMicrophone(true);
    expect(devices.newest("audio").deviceId).toBe(HEADSET.deviceId);
  });

  it("does not write over what another tab chose later", async () => {
    const { media, browser } = started();
    await media.chooseDevice("audioinput", MICROPHONE.deviceId);
    const other = createLocalMedia(browser.environment());
    await other.chooseDevice("audioinput", HEADSET.deviceId);
    await media.setMicrophone(true);
    expect(createLocalMedia(browser.environment()).store.get().microphone.deviceId).toBe(HEADSET.deviceId);
  });

  it("works without a storage, and with one that refuses", async () => {
    const browser = new FakeBrowser();
    const refuse = (): never => {
      throw new DOMException("", "SecurityError");
    };
    const forbidden = { getItem: refuse, setItem: refuse, removeItem: refuse };
    for (const storage of [null, forbidden]) {
      const media = createLocalMedia({ ...browser.environment(), storage });
      await media.chooseDevice("audioinput", MICROPHONE.deviceId);
      await media.setMicrophone(true);
      expect(media.store.get().microphone).toMatchObject({ status: "on", deviceId: MICROPHONE.deviceId });
      media.dispose();
    }
    expect(browser.devices.live("audio")).toBe(0);
  });
});

function started() {
  const browser = new FakeBrowser();
  const media = createLocalMedia(browser.environment());
  return { browser, media, devices: browser.devices, timer: browser.timer };
}

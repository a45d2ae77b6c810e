// Microphone and camera wanted together: one prompt, and neither costs the other.

import { describe, expect, it } from "vitest";
import { createLocalMedia } from "../../src/media/index.js";
import { CAMERA, FakeBrowser, MICROPHONE } from "./fakes.js";

describe("microphone and camera wanted together", () => {
  it("are asked for together", async () => {
    const { devices, media } = started();
    await both(media);
    expect(devices.requests).toHaveLength(1);
    expect(Object.keys(devices.requests[0] ?? {})).toEqual(["audio", "video"]);
    expect(media.outgoing.get()).toMatchObject({
      audio: devices.newest("audio"),
      video: devices.newest("video"),
    });
  });

  it.each([
    ["no camera", CAMERA, "camera", "microphone"],
    ["no microphone", MICROPHONE, "microphone", "camera"],
  ] as const)("with %s leave the other one working", async (_, missing, failed, works) => {
    const { devices, media } = started();
    devices.plugged = devices.plugged.filter((device) => device !== missing);
    await both(media);
    expect(media.store.get()[failed]).toMatchObject({ wanted: true, status: "failed" });
    expect(media.store.get()[failed].error).toMatchObject({
      name: "DeviceMissing",
      device: failed,
      message: "Failed to access camera/microphone: NotFoundError",
    });
    expect(media.store.get()[works]).toMatchObject({ wanted: true, status: "on", error: null });
  });

  it("with a busy camera leave the microphone working", async () => {
    const { devices, media } = started();
    devices.busy.add(CAMERA.deviceId);
    await both(media);
    expect(media.store.get().camera.error).toMatchObject({
      name: "DeviceBusy",
      message: "Failed to access camera/microphone: NotReadableError",
    });
    expect(media.store.get().microphone.status).toBe("on");
  });

  it("with a camera that is refused by the settings, still ask for the microphone", async () => {
    const { devices, media } = started();
    devices.permissions.camera.state = "denied";
    devices.permissions.microphone.state = "prompt";
    await both(media);
    expect(media.store.get().camera.error).toMatchObject({
      name: "PermissionDenied",
      message: "Failed to access camera/microphone: NotAllowedError",
    });
    expect(media.store.get().microphone.status).toBe("on");
    expect(devices.requests.filter(({ video }) => video)).toHaveLength(1);
  });

  it("are not asked for again when the person closed the prompt", async () => {
    const { devices, media } = started();
    for (const permission of Object.values(devices.permissions)) {
      permission.state = "prompt";
      permission.answer = "dismiss";
    }
    await both(media);
    expect(devices.requests).toHaveLength(1);
    expect(devices.permissions.microphone.prompts).toBe(1);
    expect(media.store.get().microphone.error?.name).toBe("PermissionDenied");
    expect(media.store.get().camera.error?.name).toBe("PermissionDenied");
  });

  it("are tried apart where browsers tell nothing of permissions", async () => {
    const { devices, browser } = started();
    const unknown = (): Promise<never> => Promise.reject(new TypeError("camera is no permission name"));
    const media = createLocalMedia({ ...browser.environment(), queryPermission: unknown });
    devices.permissions.camera.state = "denied";
    await both(media);
    expect(media.store.get().microphone.status).toBe("on");
    expect(media.store.get().camera.error?.name).toBe("PermissionDenied");
    expect(browser.reported).toEqual([]);
  });

  it("with nothing there are both failures, and nothing more", async () => {
    const { devices, media } = started();
    devices.plugged = [];
    await both(media);
    expect(media.store.get().microphone.error?.name).toBe("DeviceMissing");
    expect(media.store.get().camera.error?.name).toBe("DeviceMissing");
    expect(media.outgoing.get()).toEqual({ audio: null, video: null, videoKind: "camera" });
  });

  it("do not wait for one another when one is there already", async () => {
    const { devices, media } = started();
    await media.setMicrophone(true);
    await both(media);
    expect(devices.requests.at(-1)).toEqual({ video: expect.anything() });
    expect(devices.live("audio")).toBe(1);
  });
});

function started() {
  const browser = new FakeBrowser();
  return { browser, devices: browser.devices, media: createLocalMedia(browser.environment()) };
}

async function both(media: ReturnType<typeof createLocalMedia>): Promise<void> {
  await Promise.allSettled([media.setMicrophone(true), media.setCamera(true)]);
}

// Cameras and microphones that are denied, missing, busy or pulled: a worded state, and a call with what is there.

import { ChromiumPage } from "../harness/chromiumPage.js";
import type { EngineDevice } from "../harness/engine.js";
import { expect, test } from "../harness/fixtures.js";
import { Permissions } from "../harness/permissions.js";
import type { Stage } from "../harness/stage.js";
import { pair, talk } from "../harness/talking.js";

/** The permissions of a device's page, which was started without any. */
async function permissionsOf(stage: Stage, { page }: EngineDevice): Promise<Permissions> {
  if (!(page instanceof ChromiumPage)) throw new Error("permissions are set in Chromium only");
  const permissions = await Permissions.of(page, stage.pages.url);
  stage.afterwards(() => permissions.close());
  return permissions;
}

test("a denied camera and microphone: one listens, is told why, and is back when they are allowed", async ({
  stage,
}) => {
  const two = await pair(stage, { bobPage: { grants: false, permissions: [] } });
  const { ann, bob, annDevice, bobDevice, conversationId } = two;
  const permissions = await permissionsOf(stage, bobDevice);
  await permissions.set("denied", "camera", "microphone");
  await annDevice.start({ conversationId, type: "video", audio: true, video: true });
  await bobDevice.pickUp({ audio: true, video: true });
  await Promise.all([annDevice.expectPhase("active"), bobDevice.expectPhase("active")]);
  await bobDevice.expectToSee(ann);
  await bobDevice.expectToHear(ann);
  const { camera, microphone, notices } = await bobDevice.state();
  for (const source of [camera, microphone]) {
    expect(source).toMatchObject({ wanted: true, status: "failed" });
    expect(source.error).toMatchObject({
      name: "PermissionDenied",
      message: "Failed to access camera/microphone: NotAllowedError",
      recoverable: true,
    });
  }
  expect(notices.map((one) => one.kind)).toContain("microphone-failed");
  expect((await annDevice.sees(bob)).mediaState).toMatchObject({ audioEnabled: false, videoEnabled: false });
  await permissions.set("granted", "camera", "microphone");
  await annDevice.expectToSee(bob);
  await annDevice.expectToHear(bob);
  expect((await bobDevice.state()).notices).toEqual([]);
});

test("a computer without devices: one listens and watches", async ({ stage }) => {
  const two = await pair(stage, { bobPage: { deviceCount: 0 } });
  const { ann, bob, annDevice, bobDevice, conversationId } = two;
  await bobDevice.page.run(() => window.aethexProbes?.capture.unplug("audio"), undefined);
  await annDevice.start({ conversationId, type: "video", audio: true, video: true });
  await bobDevice.pickUp({ audio: true, video: true });
  await Promise.all([annDevice.expectPhase("active"), bobDevice.expectPhase("active")]);
  await bobDevice.expectToSee(ann);
  await bobDevice.expectToHear(ann);
  const { camera, microphone } = await bobDevice.state();
  for (const source of [camera, microphone])
    expect(source.error).toMatchObject({
      name: "DeviceMissing",
      message: "Failed to access camera/microphone: NotFoundError",
    });
  await annDevice.expectMediaState(bob, { audioEnabled: false, videoEnabled: false });
});

test("a missing camera does not cost the microphone", async ({ stage }) => {
  const two = await pair(stage);
  const { bob, annDevice, bobDevice, conversationId } = two;
  await bobDevice.page.run(() => window.aethexProbes?.capture.unplug("video"), undefined);
  await annDevice.start({ conversationId, type: "video", audio: true, video: true });
  await bobDevice.pickUp({ audio: true, video: true });
  await annDevice.expectPhase("active");
  await annDevice.expectToHear(bob);
  const { camera, microphone } = await bobDevice.state();
  expect([camera.status, camera.error?.name, microphone.status]).toEqual(["failed", "DeviceMissing", "on"]);
});

test("a camera that another program holds is worded, and works once it is free", async ({ stage }) => {
  const two = await pair(stage);
  const { ann, bob, annDevice, bobDevice, conversationId } = two;
  await bobDevice.page.run(() => window.aethexProbes?.capture.occupy("video"), undefined);
  await annDevice.start({ conversationId, type: "video", audio: true, video: true });
  await bobDevice.pickUp({ audio: true, video: true });
  await Promise.all([annDevice.expectPhase("active"), bobDevice.expectPhase("active")]);
  await bobDevice.expectToSee(ann);
  await annDevice.expectToHear(bob);
  const { camera, notices } = await bobDevice.state();
  expect(camera).toMatchObject({ wanted: true, status: "failed" });
  expect(camera.error).toMatchObject({
    name: "DeviceBusy",
    message: "Failed to access camera/microphone: NotReadableError",
  });
  expect(notices.map((one) => one.kind)).toContain("camera-failed");
  await bobDevice.page.run(() => window.aethexProbes?.capture.restore("video"), undefined);
  await annDevice.expectToSee(bob);
  await annDevice.expectMediaState(bob, { videoEnabled: true });
});

test("a camera that is pulled goes dark at the other side and comes back when it is plugged in", async ({
  stage,
}) => {
  const { bob, annDevice, bobDevice } = await talk(stage);
  await annDevice.expectToSee(bob);
  await bobDevice.page.run(() => window.aethexProbes?.capture.unplug("video"), undefined);
  await expect.poll(() => bobDevice.state().then((state) => state.camera.error?.name)).toBe("DeviceMissing");
  await annDevice.expectMediaState(bob, { videoEnabled: false });
  await annDevice.expectToHear(bob);
  await bobDevice.page.run(() => window.aethexProbes?.capture.restore("video"), undefined);
  await annDevice.expectMediaState(bob, { videoEnabled: true });
  await annDevice.expectToSee(bob);
});

test("a microphone that is pulled is worded, and is heard again when it is plugged in", async ({ stage }) => {
  const { bob, annDevice, bobDevice } = await talk(stage, { type: "audio" });
  await annDevice.expectToHear(bob);
  await bobDevice.page.run(() => window.aethexProbes?.capture.unplug("audio"), undefined);
  await expect
    .poll(() => bobDevice.state().then((state) => state.microphone.error?.name))
    .toBe("DeviceMissing");
  await annDevice.expectMediaState(bob, { audioEnabled: false });
  await bobDevice.page.run(() => window.aethexProbes?.capture.restore("audio"), undefined);
  await annDevice.expectMediaState(bob, { audioEnabled: true });
  await annDevice.expectToHear(bob);
});

test("permissions that are taken back in the middle are worded, and given again they work again", async ({
  stage,
}) => {
  const two = await pair(stage, { bobPage: { grants: false, permissions: [] } });
  const { ann, bob, annDevice, bobDevice, conversationId } = two;
  const permissions = await permissionsOf(stage, bobDevice);
  await permissions.set("granted", "camera", "microphone");
  await annDevice.start({ conversationId, type: "video", audio: true, video: true });
  await bobDevice.pickUp({ audio: true, video: true });
  await annDevice.expectToSee(bob);
  await annDevice.expectToHear(bob);
  await permissions.set("denied", "camera", "microphone");
  for (const device of ["camera", "microphone"] as const) {
    await expect
      .poll(
        () => bobDevice.state().then((state) => [state[device].status, state[device].error?.name]),
        device,
      )
      .toEqual(["failed", "PermissionDenied"]);
  }
  await annDevice.expectMediaState(bob, { audioEnabled: false, videoEnabled: false });
  await bobDevice.expectToSee(ann);
  await permissions.set("granted", "camera", "microphone");
  await annDevice.expectMediaState(bob, { audioEnabled: true, videoEnabled: true });
  await annDevice.expectToSee(bob);
  await annDevice.expectToHear(bob);
});

// Microphone, camera and screen as the server knows them: the newest state, told once.

import { expect, test } from "vitest";
import { type Device, deviceOf, pass, useFakeTime } from "./device.js";
import { refused } from "./fakeServer.js";

useFakeTime();

const sentMedia = (device: Device) =>
  device.server.asked.filter(({ name }) => name === "call:media").map(({ payload }) => payload);

/** The host switches the microphone of this device's person off. */
function muteAnn(device: Device): void {
  const before = device.server.theCall.participants[0]?.mediaState;
  if (before === undefined) throw new Error("Ann is not in the call");
  const mediaState = { ...before, audioEnabled: false };
  device.server.happen(
    "call:media-state-changed",
    { userId: "ann", mediaState },
    device.server.people("ann", { mediaState }),
  );
}

test("only what changed is told, and once", async () => {
  const device = deviceOf("ann");
  await device.talk();
  const before = sentMedia(device).length;
  await device.act({ type: "set-microphone", enabled: false });
  await pass(10_000);
  expect(sentMedia(device).slice(before)).toEqual([{ callId: "call", audioEnabled: false }]);
  device.close();
});

test("changes that come while one is on its way go together with the next one", async () => {
  const device = deviceOf("ann");
  await device.talk();
  const before = sentMedia(device).length;
  device.server.holding.add("call:media");
  for (const enabled of [false, true, false, true, false]) {
    void device.session.dispatch({ type: "set-microphone", enabled });
  }
  void device.session.dispatch({ type: "set-camera", enabled: true });
  await pass(20);
  device.server.release("call:media");
  await pass(1_000);
  expect(sentMedia(device).slice(before)).toEqual([
    { callId: "call", audioEnabled: false },
    { callId: "call", videoEnabled: true },
  ]);
  expect(device.server.theCall.participants[0]?.mediaState).toEqual({
    audioEnabled: false,
    videoEnabled: true,
    screenSharing: false,
  });
  device.close();
});

test("a server that will not have a change is not asked in circles", async () => {
  const device = deviceOf("ann");
  await device.talk();
  const before = sentMedia(device).length;
  device.server.answers.set("call:media", () => ({
    success: true,
    mediaState: { audioEnabled: true, videoEnabled: false, screenSharing: false },
  }));
  await device.act({ type: "set-camera", enabled: true });
  await pass(30_000);
  expect(sentMedia(device).length - before).toBe(1);
  device.close();
});

test("a change that the server puts off is told later, without a word to the person", async () => {
  const device = deviceOf("ann");
  await device.talk();
  device.server.answers.set("call:media", () => refused("rate_limited", { retryable: true, retryAfter: 2 }));
  await device.act({ type: "set-microphone", enabled: false });
  device.server.answers.delete("call:media");
  expect(device.server.theCall.participants[0]?.mediaState.audioEnabled).toBe(true);
  await pass(2_100);
  expect(device.server.theCall.participants[0]?.mediaState.audioEnabled).toBe(false);
  expect(device.state.notices).toEqual([]);
  device.close();
});

test("a change that is refused is shown", async () => {
  const device = deviceOf("ann");
  await device.talk();
  device.server.answers.set("call:media", () => refused("capability_missing"));
  await device.act({ type: "set-camera", enabled: true });
  expect(device.state.notices.map(({ kind }) => kind)).toEqual(["request-failed"]);
  device.close();
});

test("who is muted by the host hears of it, is muted here, and says nothing back", async () => {
  const device = deviceOf("ann");
  await device.talk();
  const before = sentMedia(device).length;
  muteAnn(device);
  await pass(100);
  expect(device.state.notices.map(({ kind }) => kind)).toEqual(["muted-by-host"]);
  expect(device.state.local.microphone.wanted).toBe(false);
  expect(device.browser.devices.newest("audio").enabled).toBe(false);
  expect(sentMedia(device).length).toBe(before);
  device.server.tell("call:unmute-requested", { callId: "call", byUserId: "bob" });
  expect(device.state.notices.map(({ kind }) => kind)).toEqual(["muted-by-host", "unmute-requested"]);
  await device.act({ type: "set-microphone", enabled: true });
  expect(device.server.theCall.participants[0]?.mediaState.audioEnabled).toBe(true);
  expect(device.state.notices, "settled").toEqual([]);
  await device.act({ type: "set-microphone", enabled: false });
  expect(device.state.notices, "settled for good").toEqual([]);
  device.close();
});

test("who has the microphone on is not asked to switch it on", async () => {
  const device = deviceOf("ann");
  await device.talk();
  device.server.tell("call:unmute-requested", { callId: "call", byUserId: "bob" });
  expect(device.state.notices).toEqual([]);
  device.close();
});

test("a mute by the host holds though another change is on its way", async () => {
  const device = deviceOf("ann");
  await device.talk();
  device.server.holding.add("call:media");
  void device.session.dispatch({ type: "set-camera", enabled: true });
  await pass(20);
  muteAnn(device);
  device.server.release("call:media");
  await pass(1_000);
  expect(device.state.local.microphone.wanted).toBe(false);
  expect(device.server.theCall.participants[0]?.mediaState).toMatchObject({
    audioEnabled: false,
    videoEnabled: true,
  });
  device.close();
});

test("one's own mute that is told late is not taken for the host's", async () => {
  const device = deviceOf("ann");
  await device.talk();
  const { tell } = device.server;
  const late: (() => void)[] = [];
  device.server.tell = (...told) => late.push(() => tell.apply(device.server, told));
  await device.act({ type: "set-microphone", enabled: false });
  await device.act({ type: "set-microphone", enabled: true });
  device.server.tell = tell;
  for (const say of late) say();
  await pass(100);
  expect(device.state.local.microphone.wanted).toBe(true);
  expect(device.state.notices).toEqual([]);
  device.close();
});

test("a microphone that cannot be had counts as off, and is told when it is there", async () => {
  const device = deviceOf("ann");
  device.browser.devices.permissions.microphone.state = "denied";
  await device.talk();
  expect(device.server.theCall.participants[0]?.mediaState.audioEnabled).toBe(false);
  expect(device.state.notices.map(({ kind }) => kind)).toEqual(["microphone-failed"]);
  device.browser.devices.permissions.microphone.state = "granted";
  await device.act({ type: "retry" });
  await pass(100);
  expect(device.server.theCall.participants[0]?.mediaState.audioEnabled).toBe(true);
  device.close();
});

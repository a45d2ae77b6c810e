// What people do in a call through the server, and what the device shows of it.

import { expect, test } from "vitest";
import { pass, useFakeTime } from "../session/device.js";
import { refused } from "../session/fakeServer.js";
import { inTheRoom, stateOf } from "./gathering.js";

useFakeTime();

test("muting, the camera and a screen never negotiate", async () => {
  const { device, sfu } = await inTheRoom();
  const { publisher } = sfu.page;
  const offers = sfu.offers;
  await device.act({ type: "set-microphone", enabled: false });
  await device.act({ type: "set-camera", enabled: false });
  expect(publisher.transceivers[1]?.sender.track).toBeNull();
  await device.act({ type: "share-screen" });
  await device.act({ type: "set-camera", enabled: true });
  await pass(1_000);
  const sent = publisher.transceivers.map((one) => [one.kind, one.direction, one.sender.track !== null]);
  expect(sent).toEqual([
    ["audio", "sendonly", true],
    ["video", "sendonly", true],
    ["video", "sendonly", true],
    ["audio", "sendonly", false],
  ]);
  expect(publisher.transceivers[0]?.sender.track?.enabled, "muted").toBe(false);
  expect(sfu.offers).toBe(offers);
  device.close();
});

test("layers that nobody watches are not sent, and are again when somebody does", async () => {
  const { device, sfu } = await inTheRoom();
  const camera = sfu.page.publisher.transceivers[1]?.sender;
  const active = () => camera?.encodings.filter((one) => one.active === true).map((one) => one.rid);
  expect(active()).toEqual(["q", "h", "f"]);
  device.server.tell("call:layers", { callId: "call", source: "camera", rids: ["q"] });
  await pass(50);
  expect(active()).toEqual(["q"]);
  device.server.tell("call:layers", { callId: "call", source: "camera", rids: ["q", "h", "f"] });
  await device.act({ type: "set-quality", quality: "audio-only" });
  expect(active()).toEqual([]);
  await device.act({ type: "set-quality", quality: "auto" });
  expect(active()).toEqual(["q", "h", "f"]);
  device.close();
});

test("what is on the screen is asked for, and what goes off it two seconds later no more", async () => {
  const { device } = await inTheRoom();
  const asked = () => {
    const slots = device.server.last("call:subscribe")?.slots;
    return Array.isArray(slots) ? slots.map((one) => [one.userId, one.source, one.width, one.height]) : [];
  };
  expect(asked(), "small, while nobody says").toEqual([
    ["bob", "camera", 320, 176],
    ["cleo", "camera", 320, 176],
  ]);
  const bob = { userId: "bob", source: "camera", width: 1280, height: 720 } as const;
  const cleo = { userId: "cleo", source: "camera", width: 160, height: 96 } as const;
  await device.act({ type: "show", tiles: [bob, cleo] });
  await pass(200);
  expect(asked()).toEqual([
    ["bob", "camera", 1280, 720],
    ["cleo", "camera", 160, 96],
  ]);
  await device.act({ type: "show", tiles: [bob] });
  await pass(1_500);
  expect(asked()).toContainEqual(["cleo", "camera", 160, 96]);
  await pass(1_000);
  expect(asked()).toContainEqual(["cleo", "camera", 0, 0]);
  const told = device.server.count("call:subscribe");
  device.server.disconnect();
  device.server.reconnect();
  await pass(200);
  expect(device.server.count("call:subscribe"), "again after a reconnect").toBe(told + 1);
  device.close();
});

test("both connections are measured as one, and the worse of them is told", async () => {
  const { device, sfu } = await inTheRoom();
  await pass(6_000);
  const link = stateOf(device, "bob")?.link;
  expect(link?.stats).toMatchObject({ rttMs: 20, path: { kind: "direct", protocol: "udp" } });
  expect(device.state.quality?.grade).toBe("good");
  sfu.page.subscriber.relayed = true;
  await pass(3_100);
  expect(device.server.last("call:quality")).toMatchObject({ path: { kind: "relay", protocol: "udp" } });
  device.close();
});

test("pictures are those of the camera and of the screen apart, and say why they stand still", async () => {
  const { device, sfu } = await inTheRoom();
  const mediaState = { audioEnabled: true, videoEnabled: true, screenSharing: true };
  device.server.happen(
    "call:media-state-changed",
    { userId: "bob", mediaState },
    device.server.people("bob", { mediaState }),
  );
  sfu.slots({ 5: ["bob", "camera"], 6: ["bob", "screen"] });
  const [camera, screen] = [5, 6].map((index) => sfu.page.subscriber.transceivers[index]?.receiver.track);
  expect(stateOf(device, "bob")?.cameraTrack, "there for its first frame").toBe(camera);
  sfu.packet(5);
  sfu.packet(6);
  await pass(100);
  expect(stateOf(device, "bob")).toMatchObject({
    cameraTrack: camera,
    screenTrack: screen,
    videoTrack: screen,
  });
  sfu.slots({ 5: ["bob", "camera", "bandwidth"], 6: ["bob", "screen"] });
  expect(stateOf(device, "bob")).toMatchObject({
    cameraTrack: camera,
    cameraPaused: "bandwidth",
    screenPaused: null,
  });
  sfu.slots({ 5: ["cleo", "camera"], 6: ["bob", "screen"] });
  expect(stateOf(device, "cleo")?.cameraTrack, "not the picture of whom it showed before").toBeNull();
  await pass(200);
  sfu.packet(5);
  await pass(100);
  expect(stateOf(device, "cleo")?.cameraTrack).toBe(camera);
  device.close();
});

test("hands stand in the order in which they were raised", async () => {
  const { device } = await inTheRoom();
  const raise = (userId: string, raisedAt: string | null) =>
    device.server.happen(
      "call:hand-changed",
      { userId, raisedAt },
      device.server.people(userId, { handRaisedAt: raisedAt }),
    );
  raise("cleo", "2025-01-10T14:31:00.000Z");
  raise("bob", "2025-01-10T14:32:00.000Z");
  const orders = () => device.state.participants.map((one) => one.handOrder);
  expect(orders()).toEqual([null, 2, 1]);
  raise("cleo", null);
  expect(orders()).toEqual([null, 1, null]);
  expect(stateOf(device, "bob")?.handRaisedAtMs).not.toBeNull();
  await device.act({ type: "raise-hand", raised: true });
  await device.act({ type: "lower-hand", userId: "bob" });
  expect(
    device.server.asked.filter(({ name }) => name === "call:hand").map(({ payload }) => payload),
  ).toEqual([
    { callId: "call", raised: true },
    { callId: "call", raised: false, userId: "bob" },
  ]);
  device.close();
});

test("a reaction is shown for three seconds", async () => {
  const { device } = await inTheRoom();
  await device.act({ type: "react", reaction: "👏" });
  expect(device.server.last("call:react")).toEqual({ callId: "call", reaction: "👏" });
  device.server.tell("call:reaction", { callId: "call", userId: "bob", reaction: "👏" });
  device.server.tell("call:reaction", { callId: "call", userId: "bob", reaction: "👏" });
  expect(device.state.reactions.map((one) => [one.userId, one.reaction])).toEqual([
    ["bob", "👏"],
    ["bob", "👏"],
  ]);
  expect(new Set(device.state.reactions.map(({ id }) => id)).size).toBe(2);
  await pass(2_900);
  expect(device.state.reactions).toHaveLength(2);
  await pass(200);
  expect(device.state.reactions).toHaveLength(0);
  device.close();
});

test("who is asked to speak is told by whom, and is not switched on", async () => {
  const { device } = await inTheRoom();
  await device.act({ type: "set-microphone", enabled: false });
  device.server.tell("call:unmute-requested", { callId: "call", byUserId: "bob" });
  const [notice] = device.state.notices;
  expect([notice?.kind, notice?.userId, device.state.local.microphone.wanted]).toEqual([
    "unmute-requested",
    "bob",
    false,
  ]);
  await device.act({ type: "ask-to-unmute", userId: "cleo" });
  expect(device.server.last("call:ask-to-unmute")).toEqual({ callId: "call", userId: "cleo" });
  device.server.answers.set("call:react", () => refused("rate_limited", { retryable: true }));
  await expect(device.act({ type: "react", reaction: "👏" })).rejects.toMatchObject({ name: "Refused" });
  device.close();
});

test("who is speaking is what the server says", async () => {
  const { device } = await inTheRoom();
  device.server.tell("call:speakers", { callId: "call", userIds: ["cleo", "bob"] });
  expect(device.state.speakers).toEqual(["cleo", "bob"]);
  expect(device.state.participants.map((one) => one.speaking)).toEqual([false, true, true]);
  const before = stateOf(device, "bob");
  device.server.tell("call:speakers", { callId: "call", userIds: ["bob"] });
  expect(stateOf(device, "bob"), "the object of whom it does not concern").toBe(before);
  device.close();
});

test("how loud somebody is played is the person's choice", async () => {
  const { device } = await inTheRoom();
  await device.act({ type: "set-volume", userId: "bob", volume: 0.3 });
  expect([stateOf(device, "bob")?.volume, stateOf(device, "cleo")?.volume]).toEqual([0.3, 1]);
  device.close();
});

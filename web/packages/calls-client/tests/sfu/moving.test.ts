// A call whose media moves to the server and back: what the device does, and what the person sees of it.

import { expect, test, vi } from "vitest";
import { Device, pass, useFakeTime } from "../session/device.js";
import { untilReady } from "./fakeSfu.js";
import { inTheRoom, joining, kinds, moved, phasesOf, stateOf, talking } from "./gathering.js";

useFakeTime();

test("the third who joins gets no direct connection, and the first two keep theirs until media is on the server", async () => {
  const { device, sfu } = await talking();
  const [direct] = device.peers;
  const phases = phasesOf(device);
  sfu.topology("upgrading");
  device.server.join("cleo");
  await untilReady(sfu);
  expect(device.server.asked.some(({ payload }) => payload.targetUserId === "cleo")).toBe(false);
  expect([direct?.closed, stateOf(device, "bob")?.audioTrack]).toEqual([
    false,
    direct?.transceivers[0]?.receiver.track,
  ]);
  sfu.topology("sfu");
  sfu.slots({ 0: ["bob", "microphone"], 1: ["cleo", "microphone"] });
  await pass(100);
  expect(stateOf(device, "bob")?.audioTrack, "not before it has arrived").toBe(
    direct?.transceivers[0]?.receiver.track,
  );
  await sfu.flow(0, 1_200);
  expect(stateOf(device, "bob")?.audioTrack).toBe(sfu.page.subscriber.transceivers[0]?.receiver.track);
  expect(direct?.closed, "Bob may still hear us on it").toBe(false);
  await pass(4_000);
  expect([direct?.closed, device.peers.filter((one) => !one.closed).length]).toEqual([true, 2]);
  expect([phases, kinds(device), device.state.topology]).toEqual([["active"], [], "sfu"]);
  device.close();
});

test("somebody who is silent is changed over all the same, before the direct connection ends", async () => {
  const { device, sfu } = await moved();
  const [direct] = device.peers;
  await pass(2_800);
  expect(stateOf(device, "bob")?.audioTrack).toBe(direct?.transceivers[0]?.receiver.track);
  sfu.slots({ 0: ["bob", "microphone", "sender"] });
  await pass(300);
  expect([direct?.closed, stateOf(device, "bob")?.audioTrack]).toEqual([
    false,
    sfu.page.subscriber.transceivers[0]?.receiver.track,
  ]);
  device.close();
});

test("who comes new into such a call is in it once both connections are up", async () => {
  const { device, sfu } = await joining("upgrading");
  await pass(40);
  expect(device.state.phase).toBe("connecting");
  await untilReady(sfu);
  expect([device.state.phase, device.peers.length]).toEqual(["active", 2]);
  const asked = device.server.asked.map(({ payload }) => payload.targetUserId);
  expect(asked.filter((one) => one === "ann" || one === "bob")).toEqual([]);
  device.close();
});

test("an upgrade that fails leaves the direct connection as it was", async () => {
  const { device, sfu } = await talking();
  const phases = phasesOf(device);
  sfu.silent = true;
  sfu.topology("upgrading");
  device.server.join("cleo");
  await pass(15_500);
  expect(kinds(device), "the two of them talk").toEqual([]);
  device.server.leave("cleo", "connection-failed");
  sfu.topology("mesh");
  await pass(5_000);
  expect(device.peers.map((one) => one.closed)).toEqual([false, ...device.peers.slice(1).map(() => true)]);
  expect([phases, device.peers[0]?.restarts, device.state.topology]).toEqual([["active"], 0, "mesh"]);
  device.close();
});

test("a newcomer whom the server's media does not reach is told so, and may try again", async () => {
  const { device } = await joining("sfu", (one) => {
    one.silent = true;
  });
  await pass(15_140);
  const [notice] = device.state.notices;
  expect([notice?.kind, notice?.error?.name, notice?.error?.recoverable]).toEqual([
    "sfu-unreachable",
    "IceFailed",
    true,
  ]);
  device.server.leave("cleo", "connection-failed");
  expect(device.state.ended).toMatchObject({ reason: "connection-failed", joinable: true });
  expect(device.state.ended?.error?.name).toBe("IceFailed");
  expect(device.peers.every((one) => one.closed)).toBe(true);
  device.close();
});

test("back between two: the direct connection is told of when the other is heard on it, and then the server's ends", async () => {
  const { device, sfu } = await inTheRoom();
  const phases = phasesOf(device);
  device.server.leave("cleo", "left");
  device.other("bob", false);
  sfu.topology("downgrading");
  await pass(2_000);
  const direct = device.peers.at(-1);
  expect(direct?.connectionState).toBe("connected");
  expect(device.server.last("call:transport-state")).toMatchObject({ state: "connecting", leg: "direct" });
  const [heard] = direct?.transceivers ?? [];
  for (let passed = 0; passed < 1_200; passed += 20) {
    if (heard !== undefined) heard.newest = (heard.newest ?? 0) + 960;
    await pass(20);
  }
  expect(device.server.last("call:transport-state")).toMatchObject({ state: "connected", leg: "direct" });
  expect(stateOf(device, "bob")?.audioTrack).toBe(heard?.receiver.track);
  sfu.topology("mesh");
  await pass(100);
  expect(device.peers.filter((one) => !one.closed)).toEqual([direct]);
  expect([phases, kinds(device)]).toEqual([["active"], []]);
  device.close();
});

test("back between two with the other one muted: the direct connection counts without having been heard", async () => {
  const { device, sfu } = await inTheRoom();
  device.server.leave("cleo", "left");
  device.other("bob", false);
  sfu.topology("downgrading");
  await pass(6_000);
  expect(device.server.last("call:transport-state")).toMatchObject({ state: "connected", leg: "direct" });
  device.close();
});

test("a downgrade that is broken off goes on through the server", async () => {
  const { device, sfu } = await inTheRoom();
  const phases = phasesOf(device);
  sfu.slots({ 0: ["bob", "microphone"] });
  sfu.packet(0);
  await pass(200);
  device.other("bob", false);
  sfu.topology("downgrading");
  await pass(2_000);
  sfu.topology("sfu");
  await pass(100);
  expect(stateOf(device, "bob")?.audioTrack).toBe(sfu.page.subscriber.transceivers[0]?.receiver.track);
  await pass(5_000);
  expect([phases, device.peers.filter((one) => !one.closed).length]).toEqual([["active"], 2]);
  device.close();
});

test("a page that is loaded again takes its seat, and sends and receives through the server at once", async () => {
  const { device, sfu } = await inTheRoom();
  const before = sfu.page;
  device.client.dispose();
  device.server.disconnect();
  device.server.reconnect();
  const after = new Device(device.server, device.storage, device.network);
  const resumed = after.client.resume();
  await vi.dynamicImportSettled();
  await pass(3_000);
  expect(await resumed).not.toBeNull();
  expect([after.state.phase, before.publisher.closed, after.peers.length]).toEqual(["active", true, 2]);
  expect([sfu.page.publisher, sfu.page.subscriber].every((one) => after.peers.includes(one))).toBe(true);
  await pass(10_000);
  expect(after.peers.length, "and none with the others").toBe(2);
  after.close();
});

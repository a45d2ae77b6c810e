// The way back into a call: after a lost socket, a gap in the events, a page reload.

import { expect, test } from "vitest";
import { FakeStorage } from "../media/fakes.js";
import { Device, deviceOf, pass, useFakeTime } from "./device.js";
import { FakeServer, refused } from "./fakeServer.js";

useFakeTime();

test("a socket that comes back takes the seat again and brings what was missed; the media goes on", async () => {
  const device = deviceOf("ann");
  await device.talk();
  device.server.disconnect();
  expect(device.state.signalling).toBe("reconnecting");
  expect(device.state.notices.map(({ kind }) => kind)).toEqual(["signalling-lost"]);
  expect(device.state.phase).toBe("active");
  const mediaState = { audioEnabled: false, videoEnabled: false, screenSharing: false };
  device.server.happen(
    "call:media-state-changed",
    { userId: "bob", mediaState },
    device.server.people("bob", { mediaState }),
  );
  device.server.reconnect();
  await pass(100);
  expect(device.server.last("call:resume")).toMatchObject({ callId: "call", resumeToken: "token-1" });
  expect(device.state.signalling).toBe("connected");
  expect(device.state.participants.find((one) => one.userId === "bob")?.mediaState.audioEnabled).toBe(false);
  expect([device.peers.length, device.live]).toEqual([1, 1]);
  device.server.disconnect();
  device.server.reconnect();
  await pass(100);
  expect(device.server.last("call:resume")).toMatchObject({ resumeToken: "token-3" });
  device.close();
});

test("a resume that the server puts off is tried later", async () => {
  const device = deviceOf("ann");
  await device.talk();
  device.server.disconnect();
  device.server.answers.set("call:resume", () => refused("rate_limited", { retryable: true, retryAfter: 3 }));
  device.server.reconnect();
  await pass(100);
  expect(device.state.signalling).toBe("reconnecting");
  device.server.answers.delete("call:resume");
  await pass(2_800);
  expect(device.server.count("call:resume")).toBe(1);
  await pass(300);
  expect(device.server.count("call:resume")).toBe(2);
  expect(device.state.signalling).toBe("connected");
  device.close();
});

test("a call that ended meanwhile ends with its own reason", async () => {
  const device = deviceOf("ann");
  await device.talk();
  device.server.disconnect();
  device.server.end("ended-by-user", "bob");
  device.server.answers.set("call:resume", () => refused("call_ended"));
  device.server.reconnect();
  await pass(100);
  expect(device.state.ended).toMatchObject({ reason: "ended-by-user", endedBy: "bob" });
  device.close();
});

test("a seat that was given up is taken by joining again", async () => {
  const device = deviceOf("ann");
  await device.talk();
  device.server.disconnect();
  device.server.leave("ann", "connection-lost");
  device.server.answers.set("call:resume", () => refused("seat_gone"));
  device.other("bob", false);
  device.server.reconnect();
  await pass(200);
  expect(device.server.count("call:join")).toBe(1);
  expect(device.state.phase).not.toBe("ended");
  await pass(3_000);
  expect([device.state.phase, device.live]).toEqual(["active", 1]);
  device.close();
});

test("a seat that another device has is handed off", async () => {
  const device = deviceOf("ann");
  await device.talk();
  device.server.disconnect();
  device.server.answers.set("call:resume", () => refused("seat_gone"));
  device.server.reconnect();
  await pass(200);
  expect(device.state.ended?.reason).toBe("handed-off");
  expect([device.server.count("call:join"), device.live]).toEqual([0, 0]);
  device.close();
});

test("a gap in the events is filled by asking once", async () => {
  const device = deviceOf("ann");
  await device.talk();
  const { tell } = device.server;
  device.server.tell = () => {};
  device.server.happen("call:host-changed", { host: "bob", previousHost: "ann" }, { host: "bob" });
  device.server.tell = tell;
  device.server.happen("call:host-changed", { host: "ann", previousHost: "bob" }, { host: "ann" });
  await pass(100);
  expect(device.server.count("call:get")).toBe(1);
  expect(device.state.host).toBe("ann");
  device.close();
});

test("an end behind a gap is found though the first question fails", async () => {
  const device = deviceOf("ann");
  await device.talk();
  device.server.answers.set("call:get", () => refused("rate_limited", { retryable: true, retryAfter: 1 }));
  const { tell } = device.server;
  device.server.tell = () => {};
  device.server.happen("call:host-changed", { host: "bob", previousHost: "ann" }, { host: "bob" });
  device.server.tell = tell;
  device.server.end("ended-by-user", "bob");
  await pass(100);
  expect(device.state.phase).toBe("active");
  device.server.answers.delete("call:get");
  await pass(1_100);
  expect(device.state.ended?.reason).toBe("ended-by-user");
  device.close();
});

test("a question that is asked while the seat is taken again is not lost, nor is the seat", async () => {
  const device = deviceOf("ann");
  await device.talk();
  device.server.holding.add("call:get");
  const gap = (seq: number): void =>
    device.server.tell("call:host-changed", {
      callId: "call",
      seq,
      at: "",
      host: "bob",
      previousHost: "ann",
    });
  gap(device.server.theCall.rev + 2);
  await pass(10);
  device.server.disconnect();
  device.server.reconnect();
  gap(device.server.theCall.rev + 3);
  device.server.release("call:get");
  await pass(3_000);
  expect(device.server.count("call:resume")).toBeGreaterThan(0);
  expect(device.state.signalling).toBe("connected");
  device.close();
});

test("a page that is loaded again takes its seat, and a muted microphone stays muted", async () => {
  const server = new FakeServer("ann");
  const storage = new FakeStorage();
  const before = new Device(server, storage);
  await before.talk();
  await before.act({ type: "set-microphone", enabled: false });
  before.client.dispose();
  server.disconnect();
  server.reconnect();
  const after = new Device(server, storage, before.network);
  after.other("bob", false);
  const resumed = after.client.resume();
  await pass(3_000);
  expect(await resumed).not.toBeNull();
  expect(server.last("call:resume")).toMatchObject({ callId: "call", resumeToken: "token-1" });
  expect(after.state.phase).toBe("active");
  expect(after.state.local.microphone).toMatchObject({ wanted: false, status: "off" });
  expect(after.browser.devices.requests).toHaveLength(0);
  expect([server.count("call:initiate"), server.count("call:accept"), server.count("call:leave")]).toEqual([
    1, 0, 0,
  ]);
  expect(server.theCall.participants[0]?.mediaState.audioEnabled).toBe(false);
  after.close();
});

test("a seat that is gone after a reload is forgotten without a word", async () => {
  const server = new FakeServer("ann");
  const storage = new FakeStorage();
  const before = new Device(server, storage);
  await before.talk();
  before.client.dispose();
  server.answers.set("call:resume", () => refused("seat_gone"));
  const after = new Device(server, storage, before.network);
  const resumed = after.client.resume();
  await pass(100);
  expect(await resumed).toBeNull();
  expect(after.client.session.get().current).toBeNull();
  expect([after.live, storage.kept.size]).toEqual([0, 0]);
  after.close();
});

test("a page that is loaded again while offline waits for the network, and does not give up its seat", async () => {
  const server = new FakeServer("ann");
  const storage = new FakeStorage();
  const before = new Device(server, storage);
  await before.talk();
  before.client.dispose();
  server.disconnect();
  const after = new Device(server, storage, before.network);
  const resumed = after.client.resume();
  await pass(25_000);
  expect(after.state.phase).toBe("starting");
  server.reconnect();
  await pass(3_000);
  expect(await resumed).not.toBeNull();
  after.close();
});

test("without a seat there is nothing to take again", async () => {
  const device = deviceOf("ann");
  expect(await device.client.resume()).toBeNull();
  expect(device.server.count("call:resume")).toBe(0);
  device.close();
});

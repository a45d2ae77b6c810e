// One client on one socket: who one is, one call at a time, and nothing left behind.

import { expect, test, vi } from "vitest";
import { Device, deviceOf, pass, useFakeTime } from "../session/device.js";
import { FakeServer, refused } from "../session/fakeServer.js";

useFakeTime();

const CALL = { conversationId: "conversation", type: "audio" } as const;

test("the server says who this is, once for each client", async () => {
  const device = deviceOf("ann");
  await pass(50);
  expect(device.client.store.get()).toMatchObject({ self: { id: "ann" }, connection: "connected" });
  device.server.disconnect();
  device.server.reconnect();
  await pass(50);
  await device.talk();
  expect(device.server.count("auth:whoami")).toBe(1);
  device.close();
});

test("the same key is the same call", async () => {
  const device = deviceOf("ann");
  const options = { ...CALL, idempotencyKey: "mounted" };
  const first = device.client.start(options);
  expect(device.client.start(options)).toBe(first);
  await pass(100);
  expect(device.client.start(options)).toBe(first);
  expect(device.server.count("call:initiate")).toBe(1);
  device.close();
});

test("a call begins though the server puts off the question who this is", async () => {
  const device = deviceOf("ann");
  device.server.answers.set("auth:whoami", () => refused("rate_limited", { retryable: true, retryAfter: 1 }));
  device.client.start(CALL);
  await pass(500);
  expect(device.state.ended).toBeNull();
  device.server.answers.delete("auth:whoami");
  await pass(1_000);
  expect(device.state).toMatchObject({ phase: "ringing", selfId: "ann" });
  device.close();
});

test("a server that does not say who this is harms nobody who makes no call", async () => {
  const rejections: unknown[] = [];
  const note = (reason: unknown): void => void rejections.push(reason);
  process.on("unhandledRejection", note);
  const device = deviceOf("ann");
  device.server.answers.set("auth:whoami", () => refused("rate_limited", { retryable: true, retryAfter: 1 }));
  await pass(50);
  await new Promise(setImmediate);
  process.off("unhandledRejection", note);
  expect(rejections).toEqual([]);
  expect(device.client.store.get()).toMatchObject({ self: null, connection: "connected" });
  device.close();
});

test("an ended call stays until it is dismissed", async () => {
  const device = deviceOf("ann");
  await device.talk();
  device.client.dismiss();
  expect(device.client.session.get().current).not.toBeNull();
  await device.act({ type: "leave" });
  device.client.dismiss();
  expect(device.client.session.get().current).toBeNull();
  device.close();
});

test("a client that is disposed of leaves no listener, no timer, no track and no connection", async () => {
  const device = deviceOf("ann");
  await device.talk({ video: true });
  expect([device.live, device.server.listening > 0]).toEqual([2, true]);
  device.client.dispose();
  for (const link of device.others.values()) link.close();
  // What was asked is still answered, or not: the socket's own deadline.
  await pass(8_100);
  expect([device.live, device.server.listening, vi.getTimerCount()]).toEqual([0, 0, 0]);
  expect(device.peers.every((one) => one.closed)).toBe(true);
  expect([device.server.count("call:leave"), device.server.count("call:end")]).toEqual([0, 0]);
  expect(device.storage.kept.size).toBe(1);
});

for (const moment of ["starting", "ringing", "offline", "rung"] as const) {
  test(`a client that is disposed of while ${moment} leaves nothing either`, async () => {
    const device = deviceOf("ann");
    await pass(50);
    if (moment === "starting") device.server.holding.add("call:initiate");
    if (moment === "offline") device.server.disconnect();
    if (moment === "rung") device.server.callFrom("bob");
    else device.client.start(CALL);
    await pass(moment === "starting" ? 1 : 100);
    device.client.dispose();
    await pass(8_100);
    expect([device.live, device.server.listening, vi.getTimerCount()]).toEqual([0, 0, 0]);
  });
}

test("hanging up and disposing in one breath is still told", async () => {
  const device = deviceOf("ann");
  await device.talk();
  void device.session.dispatch({ type: "leave" });
  device.close();
  await pass(50);
  expect(device.server.count("call:leave")).toBe(1);
});

test("a socket that the server dismisses is refused, and tried again by and by", async () => {
  const device = deviceOf("ann");
  await pass(50);
  device.server.disconnect("io server disconnect");
  expect(device.client.store.get().connection).toBe("refused");
  await pass(1);
  expect(device.server.connects).toBe(1);
  for (const [wait, connects] of [
    [300, 2],
    [1_000, 3],
    [2_000, 4],
    [4_000, 5],
    [7_000, 6],
    [7_000, 7],
  ] as const) {
    device.server.tell("connect_error", new Error("unauthorized"));
    await pass(wait + 1);
    expect(device.server.connects).toBe(connects);
  }
  expect(device.client.store.get().connection).toBe("refused");
  device.server.reconnect();
  expect(device.client.store.get().connection).toBe("connected");
  device.close();
});

test("a token that runs out is renewed when the product can", async () => {
  const server = new FakeServer("ann");
  const { Client } = await import("../../src/client.js");
  const client = new Client({
    socket: server,
    getToken: async () => "fresh",
    storage: null,
    playAudio: false,
  });
  server.tell("auth:expiring", { expiresAt: "2025-01-10T14:30:00.000Z" });
  await pass(50);
  expect(server.last("auth:refresh")).toEqual({ token: "fresh" });
  client.dispose();
});

test("signals of another call do not reach the one that is just starting", async () => {
  const device = deviceOf("ann");
  device.server.holding.add("call:initiate");
  device.client.start(CALL);
  await pass(20);
  const sdp = "v=0\r\no=- 666 2 IN IP4 127.0.0.1\r\n";
  device.server.tell("call:offer", { callId: "another", fromUserId: "bob", offer: { type: "offer", sdp } });
  device.server.release("call:initiate");
  await pass(100);
  device.other("bob", false);
  device.server.join("bob");
  await pass(2_500);
  expect([device.state.phase, device.peers.length]).toEqual(["active", 1]);
  device.close();
});

test("presence and missed calls are kept", async () => {
  const device = new Device(new FakeServer("ann"));
  device.server.tell("presence:changed", { userId: "bob", online: true });
  device.server.tell("call:missed-unseen", { count: 2, items: [] });
  expect(device.client.store.get().presence.get("bob")).toBe(true);
  expect(device.client.store.get().missed.count).toBe(2);
  device.close();
});

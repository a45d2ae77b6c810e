// Rings: what is shown, for how long, and what becomes of it.

import { expect, test } from "vitest";
import { deviceOf, pass, useFakeTime } from "../session/device.js";
import { refused } from "../session/fakeServer.js";
import { moment, startedCall } from "../view/callLog.js";

useFakeTime();

test("a ring shows who calls, and touches neither devices nor connections", async () => {
  const device = deviceOf("bob");
  await pass(50);
  device.server.callFrom("ann");
  const { rings } = device.client.store.get();
  expect(rings).toMatchObject([
    { callId: "call", callerId: "ann", soft: false, silent: false, running: false },
  ]);
  await pass(1_000);
  expect([device.browser.devices.requests.length, device.peers.length]).toEqual([0, 0]);
  expect(device.server.asked.map(({ name }) => name)).toEqual(["auth:whoami"]);
  device.close();
});

test("one's own call is never a ring, though it is told before one knows who one is", async () => {
  const device = deviceOf("ann");
  device.server.call = startedCall();
  device.server.tell("call:incoming", device.server.incoming());
  await pass(50);
  device.server.tell("call:incoming", device.server.incoming());
  device.server.tell("call:state", { ...device.server.theCall, callId: "call", notify: true });
  expect(device.client.store.get().rings).toEqual([]);
  device.close();
});

for (const reason of ["cancelled", "timeout", "answered-elsewhere", "declined"] as const) {
  test(`a ring that is over by ${reason} is gone, and says why`, async () => {
    const device = deviceOf("bob");
    await pass(50);
    device.server.callFrom("ann");
    device.server.tell("call:ring-stopped", { callId: "call", reason, joinable: false });
    const { rings, ringOver } = device.client.store.get();
    expect(rings).toEqual([]);
    expect(ringOver).toMatchObject({ reason, ring: { callerId: "ann" } });
    device.client.dismiss();
    expect(device.client.store.get().ringOver).toBeNull();
    device.close();
  });
}

test("a ring ends with its call, and when no word of its end comes", async () => {
  const device = deviceOf("bob");
  await pass(50);
  device.server.callFrom("ann");
  device.server.end("cancelled", "ann");
  expect(device.client.store.get().ringOver?.reason).toBe("cancelled");
  device.server.callFrom("ann");
  await pass(49_900);
  expect(device.client.store.get().rings).toHaveLength(1);
  await pass(200);
  expect(device.client.store.get().rings).toEqual([]);
  device.close();
});

test("rings are cleared with the connection, and rung again by the server", async () => {
  const device = deviceOf("bob");
  await pass(50);
  device.server.callFrom("ann");
  device.server.disconnect();
  expect(device.client.store.get()).toMatchObject({ rings: [], ringOver: null, connection: "reconnecting" });
  device.server.reconnect();
  device.server.tell("call:incoming", device.server.incoming());
  expect(device.client.store.get().rings).toHaveLength(1);
  device.close();
});

test("a ring that comes twice is one ring", async () => {
  const device = deviceOf("bob");
  await pass(50);
  device.server.callFrom("ann");
  device.server.tell("call:incoming", device.server.incoming());
  expect(device.client.store.get().rings).toHaveLength(1);
  device.close();
});

test("a call that is shown without a sound is silent, and does not expire", async () => {
  const device = deviceOf("bob");
  await pass(50);
  device.server.call = startedCall();
  device.server.tell("call:state", { ...device.server.theCall, callId: "call", notify: true });
  await pass(120_000);
  expect(device.client.store.get().rings).toMatchObject([{ silent: true, expiresAtMs: null }]);
  device.close();
});

test("answering connects with the caller, and the ring is gone", async () => {
  const device = deviceOf("bob");
  await pass(50);
  device.server.callFrom("ann");
  device.other("ann", true);
  const session = device.client.answer("call", { video: false });
  expect(device.client.store.get().rings).toEqual([]);
  expect(device.client.answer("call")).toBe(session);
  await pass(3_000);
  expect(session.store.get()).toMatchObject({ phase: "active", direction: "incoming" });
  expect(device.server.last("call:accept")).toEqual({
    callId: "call",
    audioEnabled: true,
    videoEnabled: false,
  });
  device.close();
});

test("an answer that another device gave first ends with where it was answered", async () => {
  const device = deviceOf("bob");
  await pass(50);
  device.server.callFrom("ann");
  device.server.answers.set("call:accept", () =>
    refused("answered_elsewhere", {
      call: { ...device.server.theCall, status: "active", startedAt: moment(1) },
    }),
  );
  device.client.answer("call");
  await pass(50);
  expect(device.state.ended?.error?.refusal?.code).toBe("answered_elsewhere");
  expect([device.state.ended?.joinable, device.live]).toEqual([true, 0]);
  device.close();
});

test("declining is told until the server has heard it, and over is over", async () => {
  const device = deviceOf("bob");
  await pass(50);
  device.server.callFrom("ann");
  device.server.holding.add("call:reject");
  const declined = device.client.decline("call", "busy");
  expect(device.client.store.get().rings).toEqual([]);
  await pass(7_900);
  device.server.holding.clear();
  device.server.answers.set("call:reject", () => refused("call_ended"));
  await pass(200);
  await declined;
  expect(
    device.server.asked.filter(({ name }) => name === "call:reject").map(({ payload }) => payload),
  ).toEqual([
    { callId: "call", reason: "busy" },
    { callId: "call", reason: "busy" },
  ]);
  device.close();
});

test("declining that the server puts off is thrown", async () => {
  const device = deviceOf("bob");
  await pass(50);
  device.server.callFrom("ann");
  device.server.answers.set("call:reject", () => refused("rate_limited", { retryable: true }));
  const declined = expect(device.client.decline("call")).rejects.toMatchObject({ name: "Refused" });
  await pass(50);
  await declined;
  device.close();
});

test("a second ring while in a call is shown, and answering it leaves the first call first", async () => {
  const device = deviceOf("ann");
  const first = await device.talk();
  const { call } = device.server;
  device.server.callFrom("cleo", { id: "other", busy: true } as object);
  expect(device.client.store.get().rings).toHaveLength(1);
  expect(first.store.get().phase).toBe("active");
  const ringing = device.server.call;
  device.server.call = call;
  device.server.holding.add("call:leave");
  const second = device.client.answer("other", { video: false });
  await pass(100);
  expect(first.store.get().phase).toBe("ended");
  expect(device.server.count("call:accept")).toBe(0);
  device.server.release("call:leave");
  device.server.call = ringing;
  device.other("cleo", true);
  await pass(3_000);
  expect(device.server.asked.map(({ name }) => name).filter((name) => /leave|accept/.test(name))).toEqual([
    "call:leave",
    "call:accept",
  ]);
  expect([second.store.get().phase, device.live]).toEqual(["active", 1]);
  device.close();
});

test("when both call at once the ring that is shown is the call that has begun", async () => {
  const device = deviceOf("bob");
  await pass(50);
  device.server.callFrom("ann");
  device.server.answers.set("call:initiate", () => {
    device.server.join("bob");
    const { id, status, participants, rev } = device.server.theCall;
    return {
      callId: id,
      status,
      participants,
      merged: true,
      ringTimeoutMs: 45_000,
      seq: rev,
      serverTime: moment(0),
      resumeToken: "token",
    };
  });
  device.other("ann", true);
  device.client.start({ conversationId: "conversation", type: "audio" });
  await pass(3_000);
  expect(device.client.store.get().rings).toEqual([]);
  expect(device.state.phase).toBe("active");
  device.close();
});

// A call from its first click to each of its ends.

import { expect, test } from "vitest";
import { startedCall } from "../view/callLog.js";
import { deviceOf, pass, useFakeTime } from "./device.js";
import { refused } from "./fakeServer.js";

useFakeTime();

const CALL = { conversationId: "conversation", type: "audio" } as const;

test("a call goes from starting over ringing and connecting to active, and ends when one hangs up", async () => {
  const device = deviceOf("ann");
  const phases: string[] = [];
  const session = device.client.start(CALL);
  session.store.subscribe(() => {
    const { phase } = session.store.get();
    if (phases.at(-1) !== phase) phases.push(phase);
  });
  expect(session.store.get().phase).toBe("starting");
  await pass(100);
  expect(session.store.get().rung).toBe(false);
  device.server.ring("bob");
  expect(session.store.get().rung).toBe(true);
  device.other("bob", false);
  device.server.join("bob");
  await pass(2_500);
  await device.act({ type: "leave" });
  await session.finished;
  expect(phases).toEqual(["starting", "ringing", "connecting", "active", "ended"]);
  expect(device.server.count("call:leave")).toBe(1);
  expect(session.store.get().ended).toMatchObject({
    reason: "ended-by-user",
    endedBy: "ann",
    durationSeconds: 12,
  });
  expect([device.live, device.peers.every((one) => one.closed)]).toEqual([0, true]);
  device.close();
});

test("the others' sound and names are there while media flows", async () => {
  const device = deviceOf("ann");
  await device.talk();
  const bob = device.state.participants.find((one) => one.userId === "bob");
  expect(bob).toMatchObject({ status: "joined", isSelf: false, link: { status: "connected" } });
  expect(bob?.audioTrack).not.toBeNull();
  expect(device.server.last("call:transport-state")).toMatchObject({ state: "connected" });
  device.close();
});

for (const [reason, endedBy] of [
  ["rejected", null],
  ["busy", null],
  ["timeout", null],
  ["ended-by-user", "bob"],
  ["connection-failed", null],
] as const) {
  test(`the server's ${reason} ends the call with that reason`, async () => {
    const device = deviceOf("ann");
    device.client.start(CALL);
    await pass(100);
    device.server.ring("bob");
    device.server.end(reason, endedBy);
    expect(device.state.ended).toMatchObject({ reason, endedBy, error: null, joinable: false });
    expect([device.state.phase, device.live]).toEqual(["ended", 0]);
    device.close();
  });
}

test("a call that is cancelled before the server has named it is cancelled there as soon as it has", async () => {
  const device = deviceOf("ann");
  device.server.holding.add("call:initiate");
  const session = device.client.start(CALL);
  await pass(20);
  await device.act({ type: "leave" });
  expect(session.store.get().phase).toBe("ended");
  device.server.release("call:initiate");
  await pass(50);
  expect(device.server.theCall.endReason).toBe("cancelled");
  expect(device.live).toBe(0);
  device.close();
});

test("cancelling before the answer is told as the end, in a group too", async () => {
  const device = deviceOf("ann");
  device.client.start(CALL);
  await pass(100);
  await device.act({ type: "leave" });
  expect(device.server.count("call:end")).toBe(1);
  expect(device.state.ended).toMatchObject({ reason: "cancelled" });
  device.close();
});

test("leaving a group that goes on can be undone", async () => {
  const device = deviceOf("ann");
  await device.talk();
  device.server.answers.set("call:leave", () => ({
    callId: "call",
    status: "active",
    duration: 7,
    endReason: null,
    left: true,
    seq: 9,
  }));
  await device.act({ type: "leave" });
  expect(device.state.ended).toMatchObject({ reason: "left", joinable: true, durationSeconds: 7 });
  device.close();
});

test("ending for all is told as the end", async () => {
  const device = deviceOf("ann");
  await device.talk();
  await device.act({ type: "end" });
  expect([device.server.count("call:end"), device.server.count("call:leave")]).toEqual([1, 0]);
  device.close();
});

for (const code of ["device_in_call", "full", "call_active", "rate_limited", "not_member"] as const) {
  test(`a call refused with ${code} ends with that refusal, and captures nothing more`, async () => {
    const device = deviceOf("ann");
    const call = code === "call_active" ? startedCall({ status: "active" }) : undefined;
    device.server.answers.set("call:initiate", () => refused(code, { call, callId: "call" }));
    device.client.start(CALL);
    await pass(50);
    const { ended, phase } = device.state;
    expect(phase).toBe("ended");
    expect(ended?.error?.refusal?.code).toBe(code);
    expect(ended?.error?.name).toBe(code === "full" ? "Full" : "Refused");
    expect(ended?.joinable).toBe(code === "call_active");
    expect([device.live, device.peers.length]).toEqual([0, 0]);
    device.close();
  });
}

test("a call that nobody answers the question for ends as unreachable", async () => {
  const device = deviceOf("ann");
  device.server.holding.add("call:initiate");
  device.client.start(CALL);
  await pass(24_500);
  expect(device.state.ended).toBeNull();
  await pass(8_000);
  expect(device.state.ended?.error?.name).toBe("Unreachable");
  const asked = device.server.asked.filter((one) => one.name === "call:initiate");
  const keys = asked.map(({ payload }) => payload.idempotencyKey);
  expect([keys.length, new Set(keys).size]).toEqual([4, 1]);
  device.close();
});

test("a call whose answer got lost is asked for again under the same key, and goes on", async () => {
  const device = deviceOf("ann");
  device.server.holding.add("call:initiate");
  device.client.start(CALL);
  await pass(1_000);
  device.server.holding.delete("call:initiate");
  await pass(8_000);
  expect(device.state.phase).toBe("ringing");
  expect(device.server.count("call:initiate")).toBe(2);
  expect(device.server.count("call:get"), "what happened meanwhile").toBeGreaterThan(0);
  device.close();
});

test("hanging up while offline is told when the socket is back", async () => {
  const device = deviceOf("ann");
  await device.talk();
  device.server.disconnect();
  await device.act({ type: "leave" });
  expect([device.state.phase, device.server.count("call:leave")]).toEqual(["ended", 0]);
  await pass(20_000);
  device.server.reconnect();
  await pass(50);
  expect(device.server.count("call:leave")).toBe(1);
  expect(device.state.ended).toMatchObject({ reason: "ended-by-user", durationSeconds: 12 });
  device.close();
});

test("hanging up that the server puts off is told again", async () => {
  const device = deviceOf("ann");
  await device.talk();
  let times = 0;
  device.server.answers.set("call:leave", () => {
    times += 1;
    return times === 1 ? refused("rate_limited", { retryable: true, retryAfter: 2 }) : null;
  });
  await device.act({ type: "leave" });
  await pass(2_100);
  expect(device.server.theCall.endedAt).not.toBeNull();
  device.close();
});

test("hanging up while the accept is on its way is told as well", async () => {
  const device = deviceOf("bob");
  device.server.callFrom("ann");
  device.server.holding.add("call:accept");
  device.client.answer("call");
  await pass(20);
  await device.act({ type: "leave" });
  device.server.release("call:accept");
  await pass(50);
  expect(device.server.count("call:leave")).toBe(1);
  device.close();
});

test("who is removed is told so, and cannot come back", async () => {
  const device = deviceOf("ann");
  await device.talk();
  device.server.leave("ann", "removed");
  expect(device.state.ended).toMatchObject({ reason: "removed", joinable: false });
  expect(device.state.ended?.error?.name).toBe("Kicked");
  device.close();
});

test("the call that goes to another device of one's own ends here, and lets go of everything", async () => {
  const device = deviceOf("ann");
  await device.talk();
  device.server.tell("call:ring-stopped", { callId: "call", reason: "handed-off", joinable: true });
  expect(device.state.ended).toMatchObject({ reason: "handed-off", joinable: true, error: null });
  expect([device.live, device.server.count("call:leave")]).toEqual([0, 0]);
  device.close();
});

test("an end that only a snapshot tells ends the call", async () => {
  const device = deviceOf("ann");
  await device.talk();
  const call = {
    ...device.server.theCall,
    status: "ended",
    endedAt: "2025-01-10T14:31:00.000Z",
    rev: 40,
  } as const;
  device.server.tell("call:state", { ...call, callId: "call", endReason: "max-duration", duration: 60 });
  expect(device.state.ended).toMatchObject({ reason: "max-duration", durationSeconds: 60 });
  device.close();
});

test("a failed request to invite is thrown and shown", async () => {
  const device = deviceOf("ann");
  await device.talk();
  device.server.answers.set("call:invite", () => refused("too_many_invitees"));
  await expect(device.act({ type: "invite", userIds: ["cleo"] })).rejects.toMatchObject({ name: "Refused" });
  expect(device.state.notices.map(({ kind }) => kind)).toEqual(["request-failed"]);
  device.close();
});

// The ring belongs to the server: how long it lasts, and who still hears it.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { couple, people } from "./harness/people.mjs";
import { sharedServer } from "./harness/suite.mjs";

const RING = 6_000;
const server = sharedServer({ settings: { RING_SECONDS: RING / 1_000 } });
const OVER = { within: RING + 6_000 };

describe("a ring that nobody answers", { concurrency: true }, () => {
  test("becomes a missed call when its time is up", async () => {
    const { ann, bob, conversation } = await couple(server);
    const [caller, callee] = await Promise.all([ann.device(), bob.device()]);
    const begun = await caller.does("call:initiate", { conversationId: conversation });
    const { callId } = begun;
    assert.equal(begun.ringTimeoutMs, RING);
    const incoming = await callee.until("call:incoming", callId);
    assert.ok(incoming.ringTimeoutMs > RING - 2_000 && incoming.ringTimeoutMs <= RING);
    assert.ok(Math.abs(Date.parse(incoming.serverTime) - Date.now()) < 60_000);
    const missed = await caller.until("call:missed", callId, OVER);
    assert.deepEqual([missed.userIds, missed.reason], [[bob.id], "timeout"]);
    assert.equal((await callee.until("call:ring-stopped", callId, OVER)).reason, "timeout");
    const ended = await callee.until("call:ended", callId);
    assert.deepEqual([ended.reason, ended.endedBy, ended.status, ended.duration], ["timeout", null, "missed", 0]);
    const [entry] = await bob.missed();
    assert.deepEqual([entry.id, entry.missedReason, entry.seenAt], [callId, "timeout", null]);
    assert.equal((await ann.history())[0].outcome, "no-answer");
    assert.equal((await ann.history()).length, 1);
  });

  test("runs out for somebody who is offline too", async () => {
    const { ann, bob, conversation } = await couple(server);
    const caller = await ann.device();
    const { callId } = await caller.does("call:initiate", { conversationId: conversation });
    assert.equal((await caller.until("call:ended", callId, OVER)).reason, "timeout");
    assert.deepEqual(caller.all("call:ringing"), [], "nothing rang");
    assert.equal((await bob.missed())[0].id, callId);
  });

  test("rings a device that connects late, with the time that is left", async () => {
    const { ann, bob, conversation } = await couple(server);
    const caller = await ann.device();
    const { callId } = await caller.does("call:initiate", { conversationId: conversation });
    assert.equal((await ann.call(callId)).status, "initiated");
    const callee = await bob.device();
    const incoming = await callee.until("call:incoming", callId);
    assert.ok(incoming.ringTimeoutMs < RING, `${incoming.ringTimeoutMs} left`);
    await caller.until("call:ringing", callId);
    assert.equal((await callee.does("call:accept", { callId })).status, "active");
  });

  test("does not ring a device that connects in the last three seconds", async () => {
    const { ann, bob, conversation } = await couple(server);
    const caller = await ann.device();
    const { callId } = await caller.does("call:initiate", { conversationId: conversation });
    const end = caller.until("call:ended", callId, OVER);
    await new Promise((resolve) => setTimeout(resolve, RING - 2_500));
    const callee = await bob.device();
    await end;
    await callee.flush();
    assert.deepEqual(callee.all("call:incoming"), []);
    assert.equal((await bob.missed())[0].id, callId);
  });

  test("of one person in an active group concerns that person alone", async () => {
    const [ann, bob, cem] = await people(server, "Ann", "Bob", "Cem");
    const conversation = await ann.group(bob, cem);
    const [a, b, c] = await Promise.all([ann.device(), bob.device(), cem.device()]);
    const { callId } = await a.does("call:initiate", { conversationId: conversation });
    await b.does("call:accept", { callId });
    const missed = await a.until("call:missed", callId, OVER);
    assert.deepEqual([missed.userIds, missed.reason], [[cem.id], "timeout"]);
    const stopped = await c.until("call:ring-stopped", callId);
    assert.deepEqual([stopped.reason, stopped.joinable], ["timeout", true]);
    assert.equal((await ann.call(callId)).status, "active");
    assert.equal((await c.does("call:join", { callId })).status, "active", "joining late");
    assert.deepEqual(await cem.missed(), [], "who joined late has not missed it");
  });
});

describe("how a callee learns of a call", { concurrency: true }, () => {
  test("the caller's own other devices never ring", async () => {
    const { ann, bob, conversation } = await couple(server);
    const [caller, other, callee] = await Promise.all([ann.device(), ann.device(), bob.device()]);
    const { callId } = await caller.does("call:initiate", { conversationId: conversation });
    await callee.until("call:incoming", callId);
    await other.flush();
    assert.deepEqual(other.all("call:incoming"), []);
  });

  test("notify shows the call without ringing, silent shows it by itself nowhere", async () => {
    const { ann, bob, conversation } = await couple(server);
    const [caller, callee] = await Promise.all([ann.device(), bob.device()]);
    const first = await caller.does("call:initiate", { conversationId: conversation, ring: "notify" });
    const shown = await callee.until("call:state", first.callId);
    assert.equal(shown.notify, true);
    await caller.does("call:end", { callId: first.callId });
    const second = await caller.does("call:initiate", { conversationId: conversation, ring: "silent" });
    await caller.settled(second.callId);
    await callee.flush();
    assert.deepEqual(callee.all("call:incoming"), []);
    assert.equal((await callee.does("call:accept", { callId: second.callId })).status, "active");
  });

  test("of twelve invitees ten ring and two are notified", async () => {
    const [ann, ...others] = await people(server, "Ann", ...Array.from({ length: 12 }, (_, index) => `P${index}`));
    const conversation = await ann.group(...others);
    const caller = await ann.device();
    const devices = await Promise.all(others.map((one) => one.device()));
    const { callId } = await caller.does("call:initiate", { conversationId: conversation });
    await caller.settled(callId);
    await Promise.all(devices.map((device) => device.flush()));
    const rang = devices.filter((device) => device.all("call:incoming", callId).length === 1).length;
    const notified = devices.filter((device) => device.all("call:state", callId).some((one) => one.notify)).length;
    assert.deepEqual([rang, notified], [10, 2]);
  });
});

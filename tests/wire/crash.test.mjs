// The server is killed in every state of a call and started again on the same data.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Server } from "./harness/server.mjs";
import { couple, meeting, talking } from "./harness/people.mjs";

const RING = 15_000;

/** A server of its own for one test. */
async function alone(work, settings = {}) {
  const server = await Server.start({ settings: { RING_SECONDS: RING / 1_000, ...settings } });
  try {
    await work(server);
  } finally {
    await server.stop();
  }
}

async function oneCallInHistory(...people) {
  for (const person of people) assert.equal((await person.history()).length, 1, person.name);
}

describe("after a crash and a restart", { concurrency: true }, () => {
  test("a call to somebody offline still rings when they come, until its deadline", () => alone(async (server) => {
    const { ann, bob, conversation } = await couple(server);
    const caller = await ann.device();
    const { callId } = await caller.does("call:initiate", { conversationId: conversation });
    assert.equal((await ann.call(callId)).status, "initiated");
    await server.crash();
    assert.equal((await ann.call(callId)).status, "initiated");
    const again = await ann.device(caller.name);
    await again.until("call:participant-reconnected", callId);
    const callee = await bob.device();
    const incoming = await callee.until("call:incoming", callId);
    assert.ok(incoming.ringTimeoutMs < RING, `${incoming.ringTimeoutMs} left`);
    await again.until("call:ringing", callId);
    await callee.does("call:accept", { callId });
    await again.until("call:accepted", callId);
    await again.does("call:end", { callId });
    await oneCallInHistory(ann, bob);
  }));

  test("a call that nobody comes back to is missed by its deadline", () => alone(async (server) => {
    const { ann, bob, conversation } = await couple(server);
    const [caller, callee] = await Promise.all([ann.device(), bob.device()]);
    const { callId } = await caller.does("call:initiate", { conversationId: conversation });
    await callee.until("call:incoming", callId);
    const deadline = performance.now() + RING;
    await server.crash();
    const watcher = await ann.device("another");
    const ended = await watcher.until("call:ended", callId, { within: RING + 8_000 });
    assert.ok(performance.now() < deadline + 5_000, "by its deadline and five seconds");
    assert.deepEqual([ended.status, ended.reason], ["missed", "timeout"]);
    await oneCallInHistory(ann, bob);
    assert.equal((await bob.missed())[0].id, callId);
  }));

  test("a ring that ran out while the server was down is missed at once", () => alone(async (server) => {
    const { ann, bob, conversation } = await couple(server);
    const { callId } = await ann.calls(conversation);
    await server.kill();
    await new Promise((resolve) => setTimeout(resolve, 6_000));
    await server.launch();
    const callee = await bob.device();
    const shown = await callee.until("call:missed-unseen");
    assert.deepEqual(shown.items.map((one) => one.id), [callId]);
    assert.deepEqual(callee.all("call:incoming"), []);
    assert.equal((await ann.call(callId)).status, "missed");
  }, { RING_SECONDS: 5 }));

  test("a ringing call rings again and can be answered", () => alone(async (server) => {
    const { ann, bob, conversation } = await couple(server);
    const [caller, callee] = await Promise.all([ann.device(), bob.device()]);
    const { callId } = await caller.does("call:initiate", { conversationId: conversation });
    await callee.until("call:incoming", callId);
    await caller.until("call:ringing", callId);
    await server.crash();
    const [a, b] = await Promise.all([ann.device(caller.name), bob.device(callee.name)]);
    await b.until("call:incoming", callId);
    assert.equal((await b.does("call:accept", { callId })).status, "active");
    await a.until("call:accepted", callId);
    const conflict = await ann.rest("POST", "/api/calls/initiate", { body: { conversationId: conversation }, device: "x" });
    assert.equal(conflict.body.callId, callId, "still the one call of the conversation");
    await a.does("call:end", { callId });
    await oneCallInHistory(ann, bob);
  }));

  test("an active call goes on when both come back, without a gap in its events", () => alone(async (server) => {
    const { ann, bob, phone, tablet, callId, begun, accepted } = await talking(server);
    await phone.does("call:media", { callId, audioEnabled: false });
    await server.crash();
    const [a, b] = await Promise.all([ann.device(phone.name), bob.device(tablet.name)]);
    const back = await a.does("call:resume", { callId, resumeToken: begun.resumeToken, lastSeq: 1 });
    assert.equal(back.call.status, "active");
    assert.deepEqual(back.events.map((one) => one.seq), back.events.map((_, index) => index + 2));
    await b.does("call:resume", { callId, resumeToken: accepted.resumeToken, lastSeq: accepted.seq });
    const log = await ann.does("GET", `/api/calls/${callId}/events`);
    assert.deepEqual(log.events.map((one) => one.seq), log.events.map((_, index) => index + 1));
    const names = log.events.map((one) => one.name);
    assert.equal(names.filter((name) => name === "call:participant-reconnecting").length, 2);
    assert.equal(names.filter((name) => name === "call:participant-reconnected").length, 2);
    assert.ok(!names.includes("call:participant-left"), names.join(" "));
    const call = await ann.call(callId);
    assert.deepEqual(call.participants.map((one) => one.connection), ["connected", "connected"]);
    assert.equal(call.participants[0].mediaState.audioEnabled, false);
    await a.does("call:end", { callId });
    assert.equal((await b.until("call:ended", callId)).reason, "ended-by-user");
    await oneCallInHistory(ann, bob);
  }));

  test("somebody who was reconnecting comes back", () => alone(async (server) => {
    const { ann, bob, phone, tablet, callId, begun, accepted } = await talking(server);
    tablet.drop();
    await phone.until("call:participant-reconnecting", callId);
    await server.crash();
    const [a, b] = await Promise.all([ann.device(phone.name), bob.device(tablet.name)]);
    await a.does("call:resume", { callId, resumeToken: begun.resumeToken, lastSeq: 4 });
    const back = await b.does("call:resume", { callId, resumeToken: accepted.resumeToken, lastSeq: 4 });
    assert.ok(!back.events.some((one) => one.name === "call:participant-left"));
    assert.equal((await ann.part(callId, bob)).connection, "connected");
  }));

  test("a group call keeps those who came back", () => alone(async (server) => {
    const { everybody, devices, callId } = await meeting(server, "Ann", "Bob", "Cem");
    await server.crash();
    const [a] = await Promise.all([everybody[0].device(devices[0].name), everybody[1].device(devices[1].name)]);
    const left = await a.until("call:participant-left", callId, { within: 70_000 });
    assert.deepEqual([left.userId, left.reason], [everybody[2].id, "connection-lost"]);
    assert.equal((await everybody[0].call(callId)).status, "active");
  }));

  test("an active call that nobody comes back to ends after sixty seconds", () => alone(async (server) => {
    const { ann, bob, callId } = await talking(server);
    await server.crash();
    const since = performance.now();
    const watcher = await ann.device("another");
    const ended = await watcher.until("call:ended", callId, { within: 75_000 });
    const after = performance.now() - since;
    assert.deepEqual([ended.reason, ended.status, ended.endedBy], ["server-restart", "ended", null]);
    assert.ok(after > 57_000 && after < 68_000, `after ${after} ms`);
    await oneCallInHistory(ann, bob);
    assert.deepEqual((await ann.does("GET", "/api/calls/active")).items, []);
  }));

  test("a call that was over stays as it was", () => alone(async (server) => {
    const { ann, bob, phone, callId } = await talking(server);
    const { ok: _, ...ended } = await phone.does("call:end", { callId });
    const before = await ann.call(callId);
    await server.crash();
    assert.deepEqual(await ann.call(callId), before);
    assert.deepEqual(await ann.does("POST", `/api/calls/${callId}/end`), ended, "the same duration");
    const device = await bob.device();
    await device.flush();
    assert.deepEqual(device.story(callId), []);
    await oneCallInHistory(ann, bob);
  }));

  test("accounts, conversations and tokens are as they were", () => alone(async (server) => {
    const { ann, bob, conversation } = await couple(server);
    await server.crash();
    assert.equal((await ann.does("GET", "/api/users/me")).user.id, ann.id);
    assert.equal(await bob.direct(ann), conversation);
  }));
});

describe("on SIGTERM", { concurrency: true }, () => {
  test("the server ends well and soon, and the call survives it", () => alone(async (server) => {
    const { ann, bob, phone, tablet, callId, begun, accepted } = await talking(server);
    const since = performance.now();
    assert.equal(await server.terminate(), 0, server.log);
    assert.ok(performance.now() - since < 30_000);
    await phone.until("(disconnect)");
    await server.launch();
    const [a, b] = await Promise.all([ann.device(phone.name), bob.device(tablet.name)]);
    await a.does("call:resume", { callId, resumeToken: begun.resumeToken, lastSeq: begun.seq });
    await b.does("call:resume", { callId, resumeToken: accepted.resumeToken, lastSeq: accepted.seq });
    assert.equal((await ann.call(callId)).status, "active");
  }));
});

// Declining: one callee, some of a group, all of a group.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { assertProblem, assertRefused } from "./harness/assertions.mjs";
import { couple, people, talking } from "./harness/people.mjs";
import { sharedServer } from "./harness/suite.mjs";

const server = sharedServer();

describe("declining", { concurrency: true }, () => {
  test("ends a call of two as rejected and stops all own devices", async () => {
    const { ann, bob, conversation } = await couple(server);
    const [caller, phone, tablet] = await Promise.all([ann.device(), bob.device(), bob.device()]);
    const { callId } = await caller.does("call:initiate", { conversationId: conversation });
    await Promise.all([phone.until("call:incoming", callId), tablet.until("call:incoming", callId)]);
    const rejected = await phone.does("call:reject", { callId });
    assert.deepEqual([rejected.status, rejected.callStatus], ["rejected", "rejected"]);
    assert.equal((await tablet.until("call:ring-stopped", callId)).reason, "declined");
    const told = await caller.until("call:rejected", callId);
    assert.deepEqual([told.userId, told.reason], [bob.id, "declined"]);
    const ended = await caller.until("call:ended", callId);
    assert.deepEqual([ended.reason, ended.status, ended.duration], ["rejected", "rejected", 0]);
    assert.deepEqual(await bob.missed(), [], "a declined call is no missed call");
    assert.equal((await bob.history())[0].outcome, "declined");
    assert.equal((await ann.history())[0].outcome, "declined");
  });

  test("twice is the same answer, and nothing more is told", async () => {
    const { ann, bob, conversation } = await couple(server);
    const caller = await ann.device();
    const { callId } = await ann.calls(conversation, { device: caller.name });
    const first = await bob.does("POST", `/api/calls/${callId}/reject`);
    const again = await bob.does("POST", `/api/calls/${callId}/reject`);
    assert.deepEqual(again, first);
    await caller.flush();
    assert.equal(caller.all("call:rejected").length, 1);
    assert.equal(caller.all("call:ended").length, 1);
  });

  test("by one of a group lets the others go on ringing", async () => {
    const [ann, bob, cem] = await people(server, "Ann", "Bob", "Cem");
    const conversation = await ann.group(bob, cem);
    const [a, b, c] = await Promise.all([ann.device(), bob.device(), cem.device()]);
    const { callId } = await a.does("call:initiate", { conversationId: conversation });
    await Promise.all([b.until("call:incoming", callId), c.until("call:incoming", callId)]);
    const rejected = await b.does("call:reject", { callId });
    assert.deepEqual([rejected.status, rejected.callStatus], ["rejected", "ringing"]);
    await c.until("call:rejected", callId);
    assert.deepEqual(c.all("call:ring-stopped"), []);
    assert.equal((await c.does("call:accept", { callId })).status, "active");
  });

  test("by everybody of a group ends the call as rejected", async () => {
    const [ann, bob, cem] = await people(server, "Ann", "Bob", "Cem");
    const conversation = await ann.group(bob, cem);
    const caller = await ann.device();
    const { callId } = await caller.does("call:initiate", { conversationId: conversation });
    await bob.does("POST", `/api/calls/${callId}/reject`);
    assert.deepEqual(caller.all("call:ended"), []);
    await cem.does("POST", `/api/calls/${callId}/reject`);
    assert.equal((await caller.until("call:ended", callId)).reason, "rejected");
    assert.equal((await ann.call(callId)).status, "rejected");
  });

  test("is refused to the caller, to who has answered, and after the end", async () => {
    const { ann, bob, phone, tablet, callId } = await talking(server);
    assertProblem(await ann.rest("POST", `/api/calls/${callId}/reject`), 409, "own_call");
    assertRefused(await tablet.emit("call:reject", { callId }), "already_answered");
    assert.equal((await bob.call(callId)).status, "active");
    await phone.does("call:end", { callId });
    const late = await bob.rest("POST", `/api/calls/${callId}/reject`);
    assertProblem(late, 409, "call_ended");
    assert.equal(late.body.call.status, "ended", "a conflict carries the true state");
  });

  test("as busy leaves a missed call", async () => {
    const { ann, bob, conversation } = await couple(server);
    const caller = await ann.device();
    const { callId } = await caller.does("call:initiate", { conversationId: conversation });
    await bob.does("POST", `/api/calls/${callId}/reject`, { reason: "busy" });
    assert.equal((await caller.until("call:rejected", callId)).reason, "busy");
    assert.equal((await caller.until("call:ended", callId)).reason, "busy");
    assert.deepEqual((await bob.missed()).map((one) => one.id), [callId]);
    assert.equal((await ann.history())[0].outcome, "busy");
  });
});

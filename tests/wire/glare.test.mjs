// Glare: two people call each other at the same moment. There is one call.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { assertProblem } from "./harness/assertions.mjs";
import { couple, people, talking } from "./harness/people.mjs";
import { sharedServer } from "./harness/suite.mjs";

const server = sharedServer();

describe("glare", { concurrency: true }, () => {
  test("the callee's start while it rings is the answer", async () => {
    const { ann, bob, conversation } = await couple(server);
    const [a, b] = await Promise.all([ann.device(), bob.device()]);
    const first = await ann.rest("POST", "/api/calls/initiate", { body: { conversationId: conversation }, device: a.name });
    assert.equal(first.status, 201);
    const second = await bob.rest("POST", "/api/calls/initiate", { body: { conversationId: conversation }, device: b.name });
    assert.equal(second.status, 200);
    assert.deepEqual(
      [second.body.callId, second.body.merged, second.body.status],
      [first.body.callId, true, "active"],
    );
    assert.equal((await a.until("call:accepted", first.body.callId)).userId, bob.id);
    assert.equal((await ann.call(first.body.callId)).status, "active");
  });

  test("from both sides at the same moment, both ways at once, makes one active call", async () => {
    const { ann, bob, conversation } = await couple(server);
    const [a, b] = await Promise.all([ann.device(), bob.device()]);
    for (let turn = 0; turn < 20; turn += 1) {
      const both = await Promise.all([a, b].map((device) => device.does("call:initiate", { conversationId: conversation })));
      assert.equal(both[0].callId, both[1].callId);
      assert.equal(both.filter((one) => one.merged).length, 1, "one started it, one answered it");
      const call = await ann.call(both[0].callId);
      assert.deepEqual([call.status, call.participants.map((one) => one.status)], ["active", ["joined", "joined"]]);
      await a.does("call:end", { callId: call.id });
    }
    assert.equal((await ann.history()).length, 20);
  });

  test("what the first caller offered is delivered to the second", async () => {
    const { ann, bob, conversation } = await couple(server);
    const [a, b] = await Promise.all([ann.device(), bob.device()]);
    const { callId } = await a.does("call:initiate", { conversationId: conversation });
    await a.does("call:offer", { callId, targetUserId: bob.id, offer: { type: "offer", sdp: "v=0\r\n" } });
    await b.does("call:initiate", { conversationId: conversation });
    assert.equal((await b.until("call:offer", callId)).fromUserId, ann.id);
  });
});

describe("starting a call where one lives already", { concurrency: true }, () => {
  test("is a conflict that names the call", async () => {
    const { ann, bob, conversation, callId } = await talking(server);
    const third = await ann.rest("POST", "/api/calls/initiate", { body: { conversationId: conversation }, device: "third" });
    assertProblem(third, 409, "call_active");
    assert.equal(third.body.callId, callId);
    assert.equal(third.body.call.status, "active");
    assert.equal((await bob.does("GET", "/api/calls/active")).items.length, 1);
  });

  test("joins it when that was asked for", async () => {
    const [ann, bob, cem] = await people(server, "Ann", "Bob", "Cem");
    const conversation = await ann.group(bob, cem);
    const [a, b, c] = await Promise.all([ann.device(), bob.device(), cem.device()]);
    const { callId } = await a.does("call:initiate", { conversationId: conversation, participantIds: [bob.id] });
    const waiting = await c.does("call:initiate", { conversationId: conversation, ifActive: "join" });
    assert.equal(waiting.callId, callId);
    assert.notEqual(waiting.participants.find((one) => one.userId === cem.id)?.status, "joined", "while it rings it waits");
    await b.does("call:accept", { callId });
    await a.until("call:participant-joined", (data) => data.userId === cem.id);
    assert.equal((await cem.part(callId)).status, "joined");
  });

  test("by a caller who lost the device replaces the old call, without a missed one", async () => {
    const { ann, bob, phone, tablet, callId, conversation } = await talking(server);
    phone.drop();
    await tablet.until("call:participant-reconnecting", callId);
    const fresh = await ann.device();
    const begun = await fresh.does("call:initiate", { conversationId: conversation });
    assert.notEqual(begun.callId, callId);
    assert.equal((await tablet.until("call:ended", callId)).reason, "replaced");
    await tablet.until("call:incoming", begun.callId);
    assert.deepEqual(await bob.missed(), []);
  });
});

// The caller gives up before an answer.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { assertProblem } from "./harness/assertions.mjs";
import { couple, people } from "./harness/people.mjs";
import { sharedServer } from "./harness/suite.mjs";

const server = sharedServer();

describe("cancelling", { concurrency: true }, () => {
  test("ends the call as missed and leaves the callee a missed call", async () => {
    const { ann, bob, conversation } = await couple(server);
    const [caller, callee] = await Promise.all([ann.device(), bob.device()]);
    const { callId } = await caller.does("call:initiate", { conversationId: conversation });
    await callee.until("call:incoming", callId);
    const { ok: _, seq: __, ...ended } = await caller.does("call:end", { callId });
    assert.deepEqual(ended, { callId, status: "missed", duration: 0, endReason: "cancelled" });
    assert.equal((await callee.until("call:ring-stopped", callId)).reason, "cancelled");
    assert.equal((await callee.until("call:cancelled", callId)).by, ann.id);
    const missed = await callee.until("call:missed", callId);
    assert.deepEqual([missed.userIds, missed.reason], [[bob.id], "cancelled"]);
    const over = await callee.until("call:ended", callId);
    assert.deepEqual([over.reason, over.endedBy, over.status], ["cancelled", ann.id, "missed"]);
    const call = await bob.call(callId);
    assert.deepEqual([call.startedAt, call.duration], [null, null], "never answered");
    const [entry] = await bob.missed();
    assert.deepEqual([entry.id, entry.outcome, entry.missedReason], [callId, "missed", "cancelled"]);
    assert.equal((await ann.history())[0].outcome, "cancelled");
    assert.deepEqual(await ann.missed(), []);
  });

  test("a call to somebody who is offline leaves the missed call for later", async () => {
    const { ann, bob, conversation } = await couple(server);
    const { callId } = await ann.calls(conversation);
    assert.equal((await ann.call(callId)).status, "initiated");
    await ann.does("POST", `/api/calls/${callId}/end`);
    const device = await bob.device();
    const shown = await device.until("call:missed-unseen");
    assert.deepEqual([shown.count, shown.items.map((one) => one.id)], [1, [callId]]);
    await device.flush();
    assert.deepEqual(device.all("call:incoming"), [], "nothing rings");
  });

  test("twice is the same answer", async () => {
    const { ann, conversation } = await couple(server);
    const { callId } = await ann.calls(conversation);
    const first = await ann.does("POST", `/api/calls/${callId}/end`);
    assert.deepEqual(await ann.does("POST", `/api/calls/${callId}/end`), first);
  });

  test("stops every invitee of a group, who all have missed it", async () => {
    const [ann, bob, cem] = await people(server, "Ann", "Bob", "Cem");
    const conversation = await ann.group(bob, cem);
    const [b, c] = await Promise.all([bob.device(), cem.device()]);
    const { callId } = await ann.calls(conversation);
    await Promise.all([b.until("call:incoming", callId), c.until("call:incoming", callId)]);
    await ann.does("POST", `/api/calls/${callId}/leave`);
    for (const device of [b, c]) assert.equal((await device.until("call:ring-stopped", callId)).reason, "cancelled");
    for (const one of [bob, cem]) assert.equal((await one.missed())[0].id, callId);
  });

  test("makes a later answer a conflict with the true state", async () => {
    const { ann, bob, conversation } = await couple(server);
    const { callId } = await ann.calls(conversation);
    await ann.does("POST", `/api/calls/${callId}/end`);
    const late = await bob.rest("POST", `/api/calls/${callId}/answer`);
    assertProblem(late, 409, "call_ended");
    assert.deepEqual([late.body.call.status, late.body.call.endReason], ["missed", "cancelled"]);
    assert.equal((await bob.call(callId)).status, "missed");
  });

  test("at the same moment as the answer has one outcome that both are told", async () => {
    const { ann, bob, conversation } = await couple(server);
    const [caller, callee] = await Promise.all([ann.device(), bob.device()]);
    for (let turn = 0; turn < 30; turn += 1) {
      const { callId } = await caller.does("call:initiate", { conversationId: conversation });
      const [answered, ended] = await Promise.all([
        callee.emit("call:accept", { callId }),
        caller.emit("call:end", { callId }),
      ]);
      const call = await ann.call(callId);
      if (answered.ok) {
        assert.deepEqual([ended.status, call.status, call.endReason], ["ended", "ended", "ended-by-user"]);
      } else {
        assert.deepEqual([answered.error.code, answered.error.call.status], ["call_ended", "missed"]);
        assert.deepEqual([ended.status, call.endReason], ["missed", "cancelled"]);
      }
    }
  });
});

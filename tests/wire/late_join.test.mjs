// Joining a call that is active already.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { assertProblem, assertRefused } from "./harness/assertions.mjs";
import { meeting, people, register } from "./harness/people.mjs";
import { sharedServer } from "./harness/suite.mjs";

const server = sharedServer({ settings: { MAX_PARTICIPANTS: 4 } });

describe("joining late", { concurrency: true }, () => {
  test("is open to a member who was not invited", async () => {
    const [ann, bob, cem] = await people(server, "Ann", "Bob", "Cem");
    const conversation = await ann.group(bob, cem);
    const [a, b, c] = await Promise.all([ann.device(), bob.device(), cem.device()]);
    const { callId } = await a.does("call:initiate", { conversationId: conversation, participantIds: [bob.id] });
    await b.does("call:accept", { callId });
    await c.flush();
    assert.deepEqual(c.story(callId), [], "not invited: nothing was heard");
    const joined = await cem.rest("POST", `/api/calls/${callId}/answer`, { device: c.name });
    assert.equal(joined.status, 200);
    assert.equal(joined.body.participants.length, 3);
    assert.equal((await a.until("call:participant-joined", (data) => data.userId === cem.id)).userName, "Cem");
  });

  test("is open to who rejected, to who missed it and to who left", async () => {
    const [ann, bob, cem] = await people(server, "Ann", "Bob", "Cem");
    const conversation = await ann.group(bob, cem);
    const [a, b, c] = await Promise.all([ann.device(), bob.device(), cem.device()]);
    const { callId } = await a.does("call:initiate", { conversationId: conversation });
    await b.does("call:accept", { callId });
    await c.does("call:reject", { callId });
    await c.does("call:join", { callId });
    assert.equal((await cem.part(callId)).status, "joined");
    await b.does("call:leave", { callId });
    assert.equal((await bob.part(callId)).status, "left");
    await b.does("call:accept", { callId });
    assert.equal((await bob.part(callId)).status, "joined");
  });

  test("before the first accept waits for nobody: the call is not active", async () => {
    const [ann, bob, cem] = await people(server, "Ann", "Bob", "Cem");
    const conversation = await ann.group(bob, cem);
    const { callId } = await ann.calls(conversation, { participantIds: [bob.id] });
    assertProblem(await cem.rest("POST", `/api/calls/${callId}/answer`), 409, "call_not_active");
  });

  test("is refused after the end, to outsiders, and to who was removed", async () => {
    const { everybody: [, bob, cem], devices: [a, b, c], callId } = await meeting(server, "Ann", "Bob", "Cem");
    const outsider = await register(server, "Out");
    assertProblem(await outsider.rest("POST", `/api/calls/${callId}/answer`), 404, "call_not_found");
    await a.does("call:remove", { callId, userId: cem.id });
    assert.equal((await c.until("call:participant-left", callId)).reason, "removed");
    assertRefused(await c.emit("call:join", { callId }), "removed");
    await a.does("call:end", { callId });
    assertRefused(await b.emit("call:join", { callId }), "call_ended");
    assertProblem(await bob.rest("POST", `/api/calls/${callId}/answer`), 409, "call_ended");
  });

  test("at the same moment fills the call up to its limit and no further", async () => {
    const group = await people(server, "Ann", "Bob", "P3", "P4", "P5", "P6", "P7");
    const [ann, bob, ...rest] = group;
    const conversation = await ann.group(...group.slice(1));
    const [a, b, ...devices] = await Promise.all(group.map((one) => one.device()));
    const { callId } = await a.does("call:initiate", { conversationId: conversation, participantIds: [bob.id] });
    await b.does("call:accept", { callId });
    const answers = await Promise.all(devices.map((device) => device.emit("call:join", { callId })));
    assert.equal(answers.filter((one) => one.ok).length, 2);
    for (const refused of answers.filter((one) => !one.ok)) assertRefused(refused, "full");
    const call = await ann.call(callId);
    assert.equal(call.participants.filter((one) => one.status === "joined").length, 4);
    assert.equal(rest.length, 5);
  });
});

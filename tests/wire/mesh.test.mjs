// Without the SFU everybody sends to everybody: four people at a time, and nobody more.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { assertProblem, assertRefused } from "./harness/assertions.mjs";
import { people } from "./harness/people.mjs";
import { request } from "./harness/rest.mjs";
import { sharedServer } from "./harness/suite.mjs";

const server = sharedServer();
const SIX = ["Ann", "Bob", "Cem", "Dora", "Eve", "Finn"];

/** Six people in a group, a device each, and a call to all of them that nobody has answered. */
async function sixCalled() {
  const everybody = await people(server, ...SIX);
  const conversation = await everybody[0].group(...everybody.slice(1));
  const devices = await Promise.all(everybody.map((one) => one.device()));
  const { callId } = await devices[0].does("call:initiate", { conversationId: conversation });
  for (const device of devices.slice(1)) await device.until("call:incoming", callId);
  return { everybody, devices, conversation, callId };
}

const joined = (call) => call.participants.filter((one) => one.status === "joined").map((one) => one.userName).sort();

describe("in a mesh", { concurrency: true }, () => {
  test("the configuration tells the number that holds", async () => {
    const { body } = await request(server.url, "GET", "/api/calls/config");
    assert.equal(body.limits.maxParticipants, 4);
    assert.equal(body.features.sfu, false);
  });

  test("six may be called, four get in, and a fifth only when somebody has left", async () => {
    const { everybody, devices, callId } = await sixCalled();
    const [ann, , , , eve, finn] = everybody;
    for (const device of devices.slice(1, 4)) await device.does("call:accept", { callId });
    assertRefused(await devices[4].emit("call:accept", { callId }), "full");
    const refused = await finn.rest("POST", `/api/calls/${callId}/answer`, { device: devices[5].name });
    assertProblem(refused, 409, "full");
    assert.deepEqual([refused.body.retryable, refused.body.callId], [true, callId]);
    const call = await ann.call(callId);
    assert.deepEqual([joined(call), call.topology], [["Ann", "Bob", "Cem", "Dora"], "mesh"]);

    const mark = devices[1].mark;
    await devices[3].does("call:leave", { callId });
    const inside = await devices[4].does("call:accept", { callId });
    assert.equal(inside.status, "active");
    const heard = await devices[1].until("call:participant-joined", callId, { after: mark });
    assert.equal(heard.userId, eve.id);
    assertRefused(await devices[5].emit("call:join", { callId }), "full");
    assertRefused(await devices[3].emit("call:join", { callId }), "full");
    assert.deepEqual(joined(await ann.call(callId)), ["Ann", "Bob", "Cem", "Eve"]);
  });

  test("of two who come at once for the last place one gets in", async () => {
    await Promise.all(Array.from({ length: 6 }, async (_, turn) => {
      const { everybody: [ann], devices, callId } = await sixCalled();
      for (const device of devices.slice(1, 3)) await device.does("call:accept", { callId });
      const rivals = turn % 2 ? [devices[3], devices[4]] : [devices[4], devices[3]];
      const answers = await Promise.all(rivals.map((device) => device.emit("call:accept", { callId })));
      const lost = answers.filter((one) => !one.ok);
      assert.equal(lost.length, 1, JSON.stringify(answers));
      assertRefused(lost[0], "full");
      assert.equal(joined(await ann.call(callId)).length, 4);
    }));
  });

  test("of two who come at once into a full call none gets in", async () => {
    const { everybody: [ann], devices, callId } = await sixCalled();
    for (const device of devices.slice(1, 4)) await device.does("call:accept", { callId });
    const answers = await Promise.all([4, 5].map((index) => devices[index].emit("call:accept", { callId })));
    for (const answer of answers) assertRefused(answer, "full");
    assert.equal(joined(await ann.call(callId)).length, 4);
  });

  test("whoever starts a call in the full one's conversation to join it is told that it is full", async () => {
    const { devices, conversation, callId } = await sixCalled();
    for (const device of devices.slice(1, 4)) await device.does("call:accept", { callId });
    const answer = await devices[4].emit("call:initiate", { conversationId: conversation, ifActive: "join" });
    assertRefused(answer, "full");
    assert.equal(answer.error.callId, callId);
  });
});

describe("the people named in a call", () => {
  const small = sharedServer({ settings: { MAX_PARTICIPANTS: 3 } });

  test("are as many as a call may hold, and no more", async () => {
    const everybody = await people(small, "Ann", "Bob", "Cem", "Dora");
    const [ann, ...others] = everybody;
    const conversation = await ann.group(...others);
    const device = await ann.device();
    const call = (some) => device.emit("call:initiate", { conversationId: conversation, participantIds: some.map((one) => one.id) });
    assertRefused(await call(others), "too_many_invitees");
    const started = await call(others.slice(1));
    assert.equal(started.participants.length, 3);
    assert.equal((await request(small.url, "GET", "/api/calls/config")).body.limits.maxParticipants, 3);
  });
});
